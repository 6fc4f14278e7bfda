#include "cli/output/status_line.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "util/process/unique_fd.hpp"

namespace gridfs::cli {

namespace {

// To the left, and away with what is there. The line is shown with the cursor at its beginning, so that this is true
// also where the terminal has become narrower and has wrapped it.
constexpr const char* erase_line = "\r\x1b[J";

// The terminal is opened once more, so that nobody else's writes become non-blocking, too.
int descriptor() {
  static const util::UniqueFd terminal(
      ::isatty(STDERR_FILENO) == 1 ? ::open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1);
  return terminal ? terminal.get() : STDERR_FILENO;
}

// Nobody waits for a terminal that has been stopped, or a pipe that is not read. A pipe that can be written to takes
// a short line as a whole.
bool can_write() {
  pollfd output{descriptor(), POLLOUT, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLOUT) != 0;
}

void write_at_once(const std::string& text) {
  if (can_write()) static_cast<void>(::write(descriptor(), text.data(), text.size()) < 0);
}

bool is_in_background() {
  const pid_t foreground = ::tcgetpgrp(STDERR_FILENO);
  return foreground >= 0 && foreground != ::getpgrp();
}

struct StatusLine {
  std::timed_mutex mutex;
  bool is_shown = false;
  bool is_ended = false;

  void erase() {
    if (is_shown) write_at_once(erase_line);
    is_shown = false;
  }
};

StatusLine& status_line() {
  static StatusLine instance;
  return instance;
}

}  // namespace

std::chrono::system_clock::time_point longest_wait_for_lock() {
  return std::chrono::system_clock::now() + std::chrono::milliseconds(100);
}

void show_status(const std::string& line) {
  StatusLine& status = status_line();
  const std::unique_lock lock(status.mutex, std::try_to_lock);
  if (!lock || status.is_ended || is_in_background()) return;
  write_at_once(erase_line + line + '\r');
  status.is_shown = true;
}

std::unique_lock<std::timed_mutex> hide_status() {
  StatusLine& status = status_line();
  std::unique_lock lock(status.mutex);
  status.erase();
  return lock;
}

std::unique_lock<std::timed_mutex> hide_status_without_waiting() {
  StatusLine& status = status_line();
  std::unique_lock lock(status.mutex, longest_wait_for_lock());
  if (!lock) return lock;
  status.erase();
  if (!can_write()) lock.unlock();
  return lock;
}

void end_status() {
  StatusLine& status = status_line();
  const std::unique_lock lock(status.mutex, longest_wait_for_lock());
  if (!lock) return;
  status.erase();
  status.is_ended = true;
}

void write_status(const std::string& line) {
  StatusLine& status = status_line();
  const std::unique_lock lock(status.mutex, longest_wait_for_lock());
  if (!lock) return;
  status.erase();
  write_at_once(line + '\n');
}

}  // namespace gridfs::cli
