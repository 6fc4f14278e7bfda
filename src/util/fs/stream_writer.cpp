#include "util/fs/stream_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/fs/local_error.hpp"
#include "util/process/wait.hpp"

namespace gridfs::util {

StreamWriter::StreamWriter(int fd, std::string shown) : fd_(fd), shown_(std::move(shown)) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return;  // write() will fail and say why
  if (S_ISSOCK(status.st_mode)) {
    kind_ = Kind::socket;
  } else if ((::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0 && (S_ISFIFO(status.st_mode) || ::isatty(fd) == 1)) {
    // O_NONBLOCK on the descriptor itself would hold for everyone who shares it.
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    reopened_ = UniqueFd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (reopened_) {
      fd_ = reopened_.get();
    } else {
      kind_ = Kind::blocking;
    }
  }
}

void StreamWriter::write(std::span<const std::byte> bytes, const std::stop_token& stop) {
  while (!bytes.empty()) {
    const ssize_t written = write_some(bytes);
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      wait_writable(fd_, stop, shown_);
    } else if (errno != EINTR) {
      throw LocalError(shown_, errno);
    }
  }
}

ssize_t StreamWriter::write_some(std::span<const std::byte> bytes) const {
  if (kind_ == Kind::socket) return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (kind_ == Kind::plain) return ::write(fd_, bytes.data(), bytes.size());
  pollfd writable{fd_, POLLOUT, 0};
  if (::poll(&writable, 1, 0) == 0) {
    errno = EAGAIN;
    return -1;
  }
  // A writable pipe takes that many without waiting.
  return ::write(fd_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
}

}  // namespace gridfs::util
