/// Sizes in bytes as people write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gridfs::util {

/// Parses `1024`, `255K`, `1M`, `2G`, `3T`, in either case and with `B` or `iB` behind the letter: powers of 1024.
/// @throws std::invalid_argument  anything else, a negative number, or more than 2^63 - 1 bytes
std::int64_t parse_size(std::string_view text);

/// As `ls -h` shows it, in powers of 1024: `0`, `999`, `1.0K`, `255K`, `1.5G`. Rounded up, so that it never promises
/// less.
std::string human_size(std::int64_t bytes);

/// The same for a sentence: `999 bytes`, `12 MiB`.
std::string size_in_words(std::int64_t bytes);

}  // namespace gridfs::util
