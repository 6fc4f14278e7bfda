/// Numbers, sizes in bytes and spans of time as people write them.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace gridfs::util {

/// All of the text as a decimal number; empty if it is anything else, or out of range.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

/// Parses `1024`, `255K`, `1.5M`, `2G`, `3T`, in either case and with `B` or `iB` behind the letter: powers of 1024.
/// What a fraction has beyond a whole byte is dropped.
/// @throws std::invalid_argument  anything else, a negative number, or more than 2^63 - 1 bytes
std::int64_t parse_size(std::string_view text);

/// Parses `90s`, `30m`, `36h`, `7d`, `2w`; a number alone is seconds. It may have a fraction, and is rounded up.
/// @throws std::invalid_argument  anything else, a negative number, or more than a thousand years
std::chrono::milliseconds parse_duration(std::string_view text);

/// As `ls -h` shows it, in powers of 1024: `0`, `999`, `1.0K`, `255K`, `1.5G`. Rounded up, so that it never promises
/// less.
std::string human_size(std::int64_t bytes);

/// `1 file`, `2 files`.
/// @param noun  one whose plural ends in s
std::string count_of(std::int64_t count, std::string_view noun);

/// The same for a sentence: `999 bytes`, `12 MiB`.
std::string size_in_words(std::int64_t bytes);

}  // namespace gridfs::util
