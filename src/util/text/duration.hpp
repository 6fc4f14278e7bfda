/// Spans of time as people write them.
#pragma once

#include <chrono>
#include <string_view>

namespace gridfs::util {

/// Parses `90s`, `30m`, `36h`, `7d`, `2w`; a number alone is seconds. Whole numbers only.
/// @throws std::invalid_argument  anything else, a negative number, or more than a thousand years
std::chrono::seconds parse_duration(std::string_view text);

}  // namespace gridfs::util
