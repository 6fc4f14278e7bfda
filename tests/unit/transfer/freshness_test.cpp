#include "transfer/freshness.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"

using gridfs::DateTime;
using gridfs::Document;
using gridfs::FileInfo;
using gridfs::Value;
using gridfs::transfer::not_fresh_reason;
using namespace std::chrono_literals;

namespace {

constexpr DateTime now(1'800'000'000'123ms);

std::string reason(DateTime date) {
  const FileInfo file(Document().append("_id", Value(1)).append("uploadDate", Value(date)));
  return not_fresh_reason(file, 24h, now).value_or("");
}

}  // namespace

TEST_CASE("a file is fresh up to its greatest age") {
  CHECK(reason(now).empty());
  CHECK(reason(now - 24h).empty());
  CHECK(reason(now - 24h - 1ms) == "it is too old: 2027-01-14T08:00:00.122Z");
  CHECK_FALSE(reason(DateTime()).empty());
}

TEST_CASE("a file is not fresh if its date is in the future, or missing") {
  CHECK(reason(now + 5min).empty());
  CHECK(reason(now + 5min + 1ms) == "it is dated in the future: 2027-01-15T08:05:00.124Z");
  CHECK(not_fresh_reason(FileInfo(Document().append("_id", Value(1))), 24h, now) == "it has no upload date");
}

TEST_CASE("a file is not fresh at the ends of what a date can be") {
  using Limits = std::numeric_limits<std::int64_t>;
  CHECK_FALSE(reason(DateTime(std::chrono::milliseconds(Limits::min()))).empty());
  CHECK_FALSE(reason(DateTime(std::chrono::milliseconds(Limits::max()))).empty());
}
