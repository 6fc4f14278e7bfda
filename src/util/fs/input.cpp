#include "util/fs/input.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "util/fs/local_error.hpp"
#include "util/process/standard_streams.hpp"
#include "util/process/wait_readable.hpp"

namespace gridfs::util {

namespace {

std::int64_t modified_ns_of(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

Input::Input(UniqueFd fd, std::string shown) : fd_(std::move(fd)), shown_(std::move(shown)) {
  struct stat status {};
  if (!fd_ || ::fstat(fd_.get(), &status) != 0) throw LocalError(shown_, errno);
  if (S_ISDIR(status.st_mode)) throw LocalError(shown_, EISDIR);
  if (!S_ISREG(status.st_mode)) return;
  whole_size_ = status.st_size;
  modified_ns_ = modified_ns_of(status);
  size_ = whole_size_;
}

Input Input::open(const std::string& path) {
  // O_NONBLOCK: a FIFO that has no writer yet is waited for in read(), where a stop request ends the waiting.
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
  UniqueFd fd(::open(path.c_str(), flags | O_NONBLOCK));
  // A file that is leased to another process: waiting for it is right.
  if (!fd && errno == EWOULDBLOCK) fd = UniqueFd(::open(path.c_str(), flags));
  return {std::move(fd), path};
}

Input Input::standard_input() {
  if (is_closed_stream(STDIN_FILENO)) throw LocalError("standard input", EBADF);
  Input input(UniqueFd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)), "standard input");
  if (!input.size_) return input;
  // A part of it may have been read before.
  const auto position = ::lseek(input.fd_.get(), 0, SEEK_CUR);
  if (position < 0) throw LocalError(input.shown_, errno);
  input.size_ = std::max<std::int64_t>(input.whole_size_ - position, 0);
  return input;
}

std::size_t Input::read(std::span<std::byte> buffer, const std::stop_token& stop) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const std::size_t count = read_some(buffer.subspan(filled), stop);
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

std::size_t Input::read_some(std::span<std::byte> buffer, const std::stop_token& stop) {
  while (!ended_) {
    if (!size_) wait_readable(fd_.get(), stop, shown_);
    const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0) {
      ended_ = true;
    } else if (errno != EINTR && (size_ || errno != EAGAIN)) {
      throw LocalError(shown_, errno);
    }
  }
  return 0;
}

bool Input::changed() const {
  if (!size_) return false;
  struct stat status {};
  return ::fstat(fd_.get(), &status) != 0 || status.st_size != whole_size_ || modified_ns_of(status) != modified_ns_;
}

}  // namespace gridfs::util
