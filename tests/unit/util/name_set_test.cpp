#include "util/text/name_set.hpp"

#include <string>

#include "support/catch.hpp"

using gridfs::util::NameSet;

TEST_CASE("a name is new once") {
  NameSet names(10'000);
  for (int i = 0; i < 10'000; ++i) CHECK(names.insert("name " + std::to_string(i)));
  for (int i = 0; i < 10'000; ++i) CHECK_FALSE(names.insert("name " + std::to_string(i)));
}

TEST_CASE("a full set knows its names, and takes no more") {
  NameSet names(2);
  CHECK(names.insert("a"));
  CHECK_FALSE(names.is_full());
  CHECK(names.insert(""));
  CHECK(names.is_full());
  CHECK(names.insert("c"));
  CHECK(names.insert("c"));
  CHECK_FALSE(names.insert("a"));
  CHECK_FALSE(names.insert(""));
}
