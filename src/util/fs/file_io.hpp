/// System calls on files, whose failures are LocalErrors. `shown` is what the message calls the file.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include <sys/stat.h>

#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Takes the descriptor that a system call has returned; -1 is its failure.
UniqueFd checked(int fd, const std::string& shown);

struct stat status_of(int fd, const std::string& shown);

/// The time of last modification.
std::chrono::sys_time<std::chrono::milliseconds> modified_of(const struct stat& status);

/// Does nothing where a file system has no modes, or the file is another user's.
void set_mode(int fd, mode_t mode, const std::string& shown);

/// Writes all of it at once; for a descriptor that blocks.
void write_all(int fd, std::span<const std::byte> bytes, const std::string& shown);

/// Flushes to disk what was written. Does nothing where there is nothing to flush (a pipe, a terminal).
void sync_file(int fd, const std::string& shown);

/// Some file systems report only here that the bytes were not written.
void close_file(UniqueFd& file, const std::string& shown);

/// Flushes the entries of a directory, which may be open with O_PATH. One that may not be read is left to the system.
void sync_directory(const UniqueFd& directory, const std::string& shown);

/// sync_directory(), or what sees to it that it is done later.
using SyncDirectory = std::function<void(const UniqueFd& directory, const std::string& shown)>;

/// Directories whose entries have changed and are flushed together. Safe to share between threads.
class DirectorySyncs {
 public:
  /// Adds a directory, unless it has been added already. If too many are open, they are flushed.
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
