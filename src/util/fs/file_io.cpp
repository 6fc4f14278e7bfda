#include "util/fs/file_io.hpp"

#include <cerrno>

#include <unistd.h>

#include "util/fs/local_error.hpp"

namespace gridfs::util {

namespace {

template <class Write>
void write_each(std::span<const std::byte> bytes, const std::string& shown, Write write) {
  while (!bytes.empty()) {
    const ssize_t written = write(bytes);
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      throw LocalError(shown, errno);
    }
  }
}

}  // namespace

UniqueFd checked(int fd, const std::string& shown) {
  if (fd < 0) throw LocalError(shown, errno);
  return UniqueFd(fd);
}

struct stat status_of(int fd, const std::string& shown) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw LocalError(shown, errno);
  return status;
}

void write_all(int fd, std::span<const std::byte> bytes, const std::string& shown) {
  write_each(bytes, shown, [fd](auto rest) { return ::write(fd, rest.data(), rest.size()); });
}

void write_all_at(int fd, std::int64_t offset, std::span<const std::byte> bytes, const std::string& shown) {
  const std::byte* const begin = bytes.data();
  write_each(bytes, shown,
             [=](auto rest) { return ::pwrite(fd, rest.data(), rest.size(), offset + (rest.data() - begin)); });
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

}  // namespace gridfs::util
