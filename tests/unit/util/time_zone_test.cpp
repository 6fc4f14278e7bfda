#include "util/process/time_zone.hpp"

#include <cstdlib>
#include <ctime>
#include <stdexcept>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using gridfs::util::set_time_zone;
using gridfs::util::utc_offset;

namespace {

std::chrono::sys_seconds utc_time(int year, unsigned month, unsigned day, std::chrono::seconds time) {
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) + time;
}

struct ZoneOfTheEnvironment {
  ~ZoneOfTheEnvironment() {
    ::unsetenv("TZ");
    ::tzset();
  }
};

}  // namespace

TEST_CASE_METHOD(ZoneOfTheEnvironment, "a time zone is that of the system's database, with its summer time") {
  set_time_zone("Europe/Berlin");
  CHECK(utc_offset(utc_time(2026, 1, 1, 0s)) == 1h);
  CHECK(utc_offset(utc_time(2026, 3, 29, 1h - 1s)) == 1h);
  CHECK(utc_offset(utc_time(2026, 3, 29, 1h)) == 2h);
  CHECK(utc_offset(utc_time(2026, 10, 25, 1h - 1s)) == 2h);
  CHECK(utc_offset(utc_time(2026, 10, 25, 1h)) == 1h);
  set_time_zone("Asia/Kathmandu");
  CHECK(utc_offset(utc_time(2026, 1, 1, 0s)) == 5h + 45min);
  set_time_zone("UTC");
  CHECK(utc_offset(utc_time(2026, 7, 1, 0s)) == 0s);
}

TEST_CASE_METHOD(ZoneOfTheEnvironment, "what is no time zone of the database is refused, and changes nothing") {
  set_time_zone("Asia/Kathmandu");
  for (const char* name :
       {"", "Europe/Nowhere", "Europe", "zone.tab", "/usr/share/zoneinfo/UTC", "../zoneinfo/UTC", "EST+5", ":UTC"})
    CHECK_THROWS_AS(set_time_zone(name), std::invalid_argument);
  CHECK(utc_offset(utc_time(2026, 1, 1, 0s)) == 5h + 45min);
}
