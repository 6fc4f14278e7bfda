/// A log that several programs write to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/stat.h>

#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// A file to which lines are appended, each whole, by as many processes as there are. Made for its owner alone; whoever
/// finds it full renames it to FILE.1, and older ones to FILE.2 to FILE.5; what was FILE.5 is removed. The others see
/// that, as they see a renaming by logrotate, and go on with the new file. Not safe to share between threads.
class LogFile {
 public:
  static constexpr std::int64_t default_limit = std::int64_t{10} << 20;

  /// @param limit  the size, in bytes, at which a regular file is full
  /// @throws LocalError  EIO: it cannot be opened, for whatever reason
  explicit LogFile(std::string path, std::int64_t limit = default_limit);

  /// @param line  with its end
  /// @throws LocalError
  void append(std::string_view line);

 private:
  [[nodiscard]] UniqueFd open() const;
  [[nodiscard]] bool is_renamed(const struct stat& status) const;
  void reopen();
  void rotate(const struct stat& status);

  std::string path_;
  std::string shown_;
  std::int64_t limit_;
  UniqueFd file_;
};

}  // namespace gridfs::util
