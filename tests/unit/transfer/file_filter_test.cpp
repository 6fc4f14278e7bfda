#include "transfer/file_filter.hpp"

#include "support/catch.hpp"

using gridfs::transfer::FileFilter;
using gridfs::util::Glob;
using std::chrono::seconds;

TEST_CASE("an exclude wins over an include") {
  FileFilter filter;
  CHECK(filter.accepts_name("anything"));
  filter.exclude = {Glob("*.tmp")};
  CHECK_FALSE(filter.accepts_name("a/b.tmp"));
  filter.include = {Glob("a/*")};
  CHECK(filter.accepts_name("a/b.txt"));
  CHECK_FALSE(filter.accepts_name("a/b.tmp"));
  CHECK_FALSE(filter.accepts_name("c/b.txt"));
}

TEST_CASE("sizes and ages include their limits") {
  FileFilter filter;
  filter.min_size = 10;
  filter.max_size = 20;
  CHECK_FALSE(filter.accepts_size(9));
  CHECK(filter.accepts_size(10));
  CHECK(filter.accepts_size(20));
  CHECK_FALSE(filter.accepts_size(21));

  const auto now = std::chrono::time_point_cast<seconds>(std::chrono::system_clock::now());
  filter.min_age = seconds(3600);
  CHECK_FALSE(filter.accepts_time(now));
  CHECK(filter.accepts_time(now - seconds(3700)));
  filter.max_age = seconds(7200);
  CHECK(filter.accepts_time(now - seconds(3700)));
  CHECK_FALSE(filter.accepts_time(now - seconds(7300)));

  CHECK(filter.accepts("a", 10, now - seconds(3700)));
  CHECK_FALSE(filter.accepts("a", 9, now - seconds(3700)));
  CHECK_FALSE(filter.accepts("a", 10, now));
  CHECK_FALSE(filter.accepts("a", 10, std::nullopt));
  CHECK(FileFilter().accepts("a", 10, std::nullopt));
}
