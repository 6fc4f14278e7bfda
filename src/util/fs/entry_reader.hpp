/// Lists of names.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "util/fs/input.hpp"

namespace gridfs::util {

/// Reads a list entry by entry, however long it is. Not safe to share between threads.
class EntryReader {
 public:
  /// What stands behind each entry: a line may end in CR LF, and a byte order mark before the first one is no part of
  /// it; behind NUL everything is as it stands.
  enum class End { line, nul };

  EntryReader(Input input, End end);

  /// The next entry, without its end; empty entries are left out. Nothing at the end of the list.
  /// @throws LocalError   also for an entry of more than 64 KiB, which is no path
  /// @throws Interrupted
  std::optional<std::string> next(const std::stop_token& stop);

 private:
  std::optional<std::string> next_with_empty_ones(const std::stop_token& stop);

  Input input_;
  char end_;
  bool first_ = true;
  bool all_read_ = false;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what has not been given yet
};

}  // namespace gridfs::util
