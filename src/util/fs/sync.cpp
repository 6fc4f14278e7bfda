#include "util/fs/sync.hpp"

#include <cerrno>

#include <fcntl.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::util {

void sync_directory(const UniqueFd& directory, const std::string& shown) {
  const UniqueFd readable(::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (readable) {
    sync_file(readable.get(), shown);
  } else if (errno != EACCES) {
    throw LocalError(shown, errno);
  }
}

void DirectorySyncs::add(const UniqueFd& directory, const std::string& shown) {
  constexpr std::size_t most_kept_open = 64;
  const auto status = status_of(directory.get(), shown);
  const std::lock_guard lock(mutex_);
  const auto key = std::pair(status.st_dev, status.st_ino);
  if (pending_.contains(key)) return;
  if (pending_.size() == most_kept_open) flush_pending();
  pending_.emplace(key, Pending{checked(::fcntl(directory.get(), F_DUPFD_CLOEXEC, 0), shown), shown});
}

void DirectorySyncs::flush() {
  const std::lock_guard lock(mutex_);
  flush_pending();
  if (const int error = std::exchange(error_, 0)) throw LocalError(failed_, error);
}

void DirectorySyncs::flush_pending() noexcept {
  for (const auto& [key, pending] : pending_) {
    try {
      sync_directory(pending.directory, pending.shown);
    } catch (const LocalError& error) {
      error_ = error.error();
      failed_ = pending.shown;
    }
  }
  pending_.clear();
}

}  // namespace gridfs::util
