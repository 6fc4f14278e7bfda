/// How far a command has come, as one line of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace gridfs::cli {

struct ProgressState {
  std::string name;                          // of the file, without control characters
  std::int64_t bytes = 0;                    // of that file, if its size is known; else of all so far
  std::optional<std::int64_t> size{};        // of that file
  std::optional<std::int64_t> per_second{};  // bytes
  std::int64_t file = 0;                     // its number
  std::optional<std::int64_t> files{};       // how many there are
};

/// `photo.tar  1.2G/4.0G  31%  48 MiB/s  1:02 left  file 12/310`, of which what is not known is left out. Where it is
/// wider than `width`, the name is shortened first, to some columns, and then what matters least is left out.
std::string progress_line(const ProgressState& state, std::size_t width);

}  // namespace gridfs::cli
