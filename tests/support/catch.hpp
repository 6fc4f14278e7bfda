/// Catch2, version 2 or 3.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

namespace gridfs::test {
using Catch::Matchers::ContainsSubstring;
using EventListener = Catch::EventListenerBase;
}  // namespace gridfs::test
#else
#include <string>

#include <catch2/catch.hpp>

namespace gridfs::test {
inline auto ContainsSubstring(const std::string& text) { return Catch::Matchers::Contains(text); }
#ifdef CATCH_CONFIG_EXTERNAL_INTERFACES
using EventListener = Catch::TestEventListenerBase;
#endif
}  // namespace gridfs::test
#endif
