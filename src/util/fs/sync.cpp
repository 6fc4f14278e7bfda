#include "util/fs/sync.hpp"

#include <cerrno>

#include <fcntl.h>

#include "util/fs/local_error.hpp"

namespace gridfs::util {

void sync_file(int fd, const std::string& shown) {
  while (::fsync(fd) != 0) {
    if (errno == EINVAL || errno == ENOTSUP || errno == EROFS) return;
    if (errno != EINTR) throw LocalError(shown, errno);
  }
}

void sync_directory(const UniqueFd& directory, const std::string& shown) {
  const UniqueFd readable(::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (readable) {
    sync_file(readable.get(), shown);
  } else if (errno != EACCES) {
    throw LocalError(shown, errno);
  }
}

}  // namespace gridfs::util
