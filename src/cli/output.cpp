#include "cli/output.hpp"

#include <cerrno>
#include <utility>

#include <unistd.h>

namespace gridfs::cli {

namespace {

constexpr std::size_t buffer_size = 64 * 1024;

}  // namespace

void Output::line(std::string_view text, Flush flush_when, char end) {
  buffer_.append(text).push_back(end);
  if (flush_when == Flush::at_once || !started_ || buffer_.size() >= buffer_size || is_terminal()) flush();
  started_ = true;
}

void Output::write(std::span<const std::byte> bytes) {
  flush();
  write_all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void Output::flush() {
  if (buffer_.empty()) return;
  const std::string pending = std::exchange(buffer_, {});
  write_all(pending.data(), pending.size());
}

bool Output::is_terminal() const {
  static const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  return terminal;
}

void Output::write_all(const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE) throw ClosedPipe();
      throw OutputError(errno);
    }
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

}  // namespace gridfs::cli
