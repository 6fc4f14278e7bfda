#include "util/fs/directory_syncs.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "util/fs/local_error.hpp"
#include "util/fs/sync.hpp"

namespace gridfs::util {

void DirectorySyncs::add(const UniqueFd& directory, const std::string& shown) {
  constexpr std::size_t most_kept_open = 64;
  struct stat status {};
  if (::fstat(directory.get(), &status) != 0) throw LocalError(shown, errno);
  const std::lock_guard lock(mutex_);
  const auto key = std::pair(status.st_dev, status.st_ino);
  if (pending_.find(key) != pending_.end()) return;
  if (pending_.size() == most_kept_open) flush_pending();
  UniqueFd kept(::fcntl(directory.get(), F_DUPFD_CLOEXEC, 0));
  if (!kept) throw LocalError(shown, errno);
  pending_.emplace(key, Pending{std::move(kept), shown});
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
