#include "util/fs/file_io.hpp"

#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <unistd.h>

#include "util/fs/local_error.hpp"

namespace gridfs::util {

UniqueFd checked(int fd, const std::string& shown) {
  if (fd < 0) throw LocalError(shown, errno);
  return UniqueFd(fd);
}

struct stat status_of(int fd, const std::string& shown) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw LocalError(shown, errno);
  return status;
}

std::chrono::sys_time<std::chrono::milliseconds> modified_of(const struct stat& status) {
  constexpr std::int64_t nanoseconds = 1'000'000;  // in a millisecond
  constexpr std::int64_t milliseconds = 1'000;     // in a second
  return std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(
      std::int64_t{status.st_mtim.tv_sec} * milliseconds + status.st_mtim.tv_nsec / nanoseconds));
}

void set_mode(int fd, mode_t mode, const std::string& shown) {
  if (::fchmod(fd, mode) != 0 && errno != EPERM && errno != ENOTSUP && errno != ENOSYS) throw LocalError(shown, errno);
}

void write_all(int fd, std::span<const std::byte> bytes, const std::string& shown) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      throw LocalError(shown, errno);
    }
  }
}

void sync_file(int fd, const std::string& shown) {
  while (::fsync(fd) != 0) {
    if (errno == EINVAL || errno == ENOTSUP || errno == EROFS) return;
    if (errno != EINTR) throw LocalError(shown, errno);
  }
}

void close_file(UniqueFd& file, const std::string& shown) {
  if (::close(file.release()) != 0 && errno != EINTR) throw LocalError(shown, errno);
}

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
