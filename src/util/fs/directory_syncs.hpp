/// Flushing the entries of directories once for many files.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <sys/types.h>

#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Directories whose entries have changed and are not known to be on disk. Safe to share between threads.
class DirectorySyncs {
 public:
  /// Adds a directory, once however often it is named. Those that are too many to be kept open are flushed.
  /// @throws LocalError
  void add(const UniqueFd& directory, const std::string& shown);

  /// Flushes the directories that were added.
  /// @throws LocalError  one could not be flushed, now or when it was one too many
  void flush();

 private:
  struct Pending {
    UniqueFd directory;
    std::string shown;
  };

  void flush_pending() noexcept;

  std::mutex mutex_;
  std::map<std::pair<dev_t, ino_t>, Pending> pending_;
  std::string failed_;  // what is shown of one that could not be flushed
  int error_ = 0;
};

}  // namespace gridfs::util
