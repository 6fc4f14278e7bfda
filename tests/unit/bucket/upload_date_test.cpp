#include "bucket/files/upload_date.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using gridfs::DateTime;
using gridfs::detail::next_upload_date;
using gridfs::detail::UploadDates;
using std::chrono::milliseconds;

namespace {

DateTime at(std::int64_t ms) { return DateTime(milliseconds(ms)); }

}  // namespace

TEST_CASE("dates of one name ascend, and those of other names are the clock's") {
  UploadDates dates;
  CHECK(dates.next("a", at(5)) == at(5));
  CHECK(dates.next("a", at(5)) == at(6));
  CHECK(dates.next("a", at(5)) == at(7));
  CHECK(dates.next("b", at(5)) == at(5));
  CHECK(dates.next("a", at(7)) == at(8));
  CHECK(dates.next("a", at(100)) == at(100));
}

TEST_CASE("a date is behind the one that it has to be behind") {
  UploadDates dates;
  CHECK(dates.next("a", at(5), at(3)) == at(5));
  CHECK(dates.next("a", at(5), at(900)) == at(901));
  CHECK(dates.next("a", at(5)) == at(902));
  CHECK(dates.next("b", at(5)) == at(5));
  CHECK(dates.next("c", at(5), DateTime::max()) == DateTime::max());
}

TEST_CASE("a clock that is set back stands still") {
  UploadDates dates;
  CHECK(dates.next("a", at(100)) == at(100));
  CHECK(dates.next("b", at(50)) == at(100));
  CHECK(dates.next("a", at(50)) == at(101));
  CHECK(dates.next("c", at(102)) == at(102));
}

TEST_CASE("names whose dates have passed are forgotten, others are not") {
  UploadDates dates;
  for (int i = 0; i < 500; ++i) dates.next("often", at(0));
  for (int i = 0; i < 100'000; ++i) dates.next(std::to_string(i), at(i / 100));
  CHECK(dates.size() < 3'000);
  UploadDates burst;
  for (int i = 0; i < 5'000; ++i) burst.next(std::to_string(i), at(1));
  for (int i = 0; i < 5'000; ++i) CHECK(burst.next(std::to_string(i), at(1)) == at(2));
}

TEST_CASE("upload dates of this process are never behind the clock, and no two of a name are the same") {
  const auto before = std::chrono::system_clock::now();
  std::vector<std::vector<DateTime>> given(4);
  std::vector<std::thread> threads;
  for (auto& dates : given) {
    threads.emplace_back([&dates] {
      for (int i = 0; i < 1'000; ++i) dates.push_back(next_upload_date("same"));
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<DateTime> all;
  for (const auto& dates : given) {
    CHECK(std::is_sorted(dates.begin(), dates.end()));
    all.insert(all.end(), dates.begin(), dates.end());
  }
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  CHECK(all.front() >= std::chrono::floor<milliseconds>(before));
}
