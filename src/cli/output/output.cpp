#include "cli/output/output.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include "cli/output/status_line.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/startup.hpp"
#include "util/process/terminal.hpp"

namespace gridfs::cli {

namespace {

constexpr std::size_t buffer_size = std::size_t{64} << 10;

}  // namespace

void Output::line(std::string_view text, Flush flush_when, char end) {
  const std::lock_guard lock(mutex_);
  buffer_.append(text).push_back(end);
  if (flush_when == Flush::at_once || !started_ || buffer_.size() >= buffer_size || is_terminal()) flush_locked();
  started_ = true;
}

void Output::write(std::span<const std::byte> bytes) {
  const std::lock_guard lock(mutex_);
  flush_locked();
  write_out(bytes);
}

void Output::flush() {
  const std::lock_guard lock(mutex_);
  flush_locked();
}

void Output::last_line(std::string_view text) noexcept {
  const std::unique_lock lock(mutex_, longest_wait_for_lock());
  if (!lock) return;
  buffer_.append(text).push_back('\n');
  flush_locked_without_waiting();
}

void Output::flush_without_waiting() noexcept {
  const std::unique_lock lock(mutex_, longest_wait_for_lock());
  if (lock) flush_locked_without_waiting();
}

void Output::flush_locked_without_waiting() noexcept {
  while (!buffer_.empty()) {
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    if (::poll(&output, 1, 0) != 1 || (output.revents & POLLOUT) == 0) return;
    const ssize_t written = ::write(STDOUT_FILENO, buffer_.data(), std::min<std::size_t>(buffer_.size(), PIPE_BUF));
    if (written <= 0) return;
    buffer_.erase(0, static_cast<std::size_t>(written));
  }
}

void Output::flush_locked() {
  if (buffer_.empty()) return;
  unwritten_ = std::exchange(buffer_, {});
  write_out(std::as_bytes(std::span(unwritten_)));
  unwritten_.clear();
}

bool Output::is_terminal() const {
  static const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  return terminal;
}

std::optional<std::size_t> Output::columns() const {
  if (!is_terminal()) return std::nullopt;
  return util::terminal_width(STDOUT_FILENO);
}

void Output::write_out(std::span<const std::byte> bytes) {
  if (util::is_closed_stream(STDOUT_FILENO)) throw util::OutputError(EBADF);
  static const bool may_show_status = is_terminal() && ::isatty(STDERR_FILENO) == 1;
  const auto hidden = may_show_status ? hide_status() : std::unique_lock<std::timed_mutex>();
  try {
    if (!writer_) writer_.emplace(STDOUT_FILENO, "standard output");
    writer_->write(bytes, stop_);
  } catch (const util::LocalError& error) {
    if (error.error() == EPIPE) throw util::ClosedPipe();
    throw util::OutputError(error.error());
  }
}

}  // namespace gridfs::cli
