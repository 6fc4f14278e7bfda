/// Making the names of files durable.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <sys/types.h>

#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Flushes the entries of a directory, which may be open with O_PATH. One that may not be read is left to the system.
/// @throws LocalError  the disk failed
void sync_directory(const UniqueFd& directory, const std::string& shown);

/// sync_directory(), or what sees to it that it is done later.
using SyncDirectory = std::function<void(const UniqueFd& directory, const std::string& shown)>;

/// Directories whose entries have changed and are flushed together. Safe to share between threads.
class DirectorySyncs {
 public:
  /// Adds a directory, unless it has been added already. Those that are too many to be kept open are flushed.
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
