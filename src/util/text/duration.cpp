#include "util/text/duration.hpp"

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace gridfs::util {

namespace {

// Seconds in a unit, 0 if there is none of that name.
std::int64_t seconds_of(std::string_view unit) {
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  constexpr std::int64_t day = 24 * hour;
  if (unit.empty() || unit == "s") return 1;
  if (unit == "m") return minute;
  if (unit == "h") return hour;
  if (unit == "d") return day;
  if (unit == "w") return 7 * day;
  return 0;
}

}  // namespace

std::chrono::seconds parse_duration(std::string_view text) {
  constexpr std::int64_t longest = std::int64_t{1000} * 366 * 24 * 60 * 60;
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const auto unit = seconds_of({rest, static_cast<std::size_t>(end - rest)});
  if (error != std::errc() || number < 0 || unit == 0 || number > longest / unit) {
    throw std::invalid_argument("not a span of time, such as 90s, 30m, 36h, 7d or 2w: '" + std::string(text) + "'");
  }
  return std::chrono::seconds(number * unit);
}

}  // namespace gridfs::util
