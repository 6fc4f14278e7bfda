#include "cli/output.hpp"

#include <cerrno>
#include <utility>

#include <unistd.h>

#include "util/standard_streams.hpp"

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
  write_all(bytes);
}

void Output::flush() {
  if (buffer_.empty()) return;
  unwritten_ = std::exchange(buffer_, {});
  write_all(std::as_bytes(std::span(unwritten_)));
  unwritten_.clear();
}

bool Output::is_terminal() const {
  static const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  return terminal;
}

void Output::write_all(std::span<const std::byte> bytes) {
  if (util::is_closed_stream(STDOUT_FILENO)) throw OutputError(EBADF);
  try {
    if (!writer_) writer_.emplace(STDOUT_FILENO, "standard output");
    writer_->write(bytes, stop_);
  } catch (const util::LocalError& error) {
    if (error.error() == EPIPE) throw ClosedPipe();
    throw OutputError(error.error());
  }
}

}  // namespace gridfs::cli
