#include "util/process/terminal.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/process_end.hpp"
#include "util/process/unique_fd.hpp"
#include "util/process/wait.hpp"

namespace gridfs::util {

namespace {

const std::string device = "/dev/tty";

// No echo while it lives.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) throw LocalError(device, errno);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    // A process that is suspended or killed by a key would leave the terminal silent. (Ctrl-C is a stop request.)
    silent.c_cc[VSUSP] = _POSIX_VDISABLE;
    silent.c_cc[VQUIT] = _POSIX_VDISABLE;
    const auto end_held_off = EndAction::hold_off();
    at_end_.emplace([this] {
      restore();
      [[maybe_unused]] const auto written = ::write(terminal_, "\n", 1);
    });
    if (::tcsetattr(terminal_, TCSAFLUSH, &silent) != 0) throw LocalError(device, errno);
  }
  ~Silence() { restore(); }

 private:
  void restore() const noexcept { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }

  int terminal_;
  termios before_{};
  std::optional<EndAction> at_end_;
};

UniqueFd open_terminal() { return checked(::open(device.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY), device); }

void show(int terminal, std::string_view text) { write_all(terminal, std::as_bytes(std::span(text)), device); }

// Empty where the terminal says that there is none, as by Ctrl-D.
std::optional<std::string> read_line(int terminal, const std::stop_token& stop) {
  std::string line;
  std::array<char, 4096> buffer{};  // the longest line that a terminal takes
  for (;;) {
    wait_readable(terminal, stop, device);
    const ssize_t count = ::read(terminal, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw LocalError(device, errno);
    line.append(buffer.data(), static_cast<std::size_t>(count));
    ::explicit_bzero(buffer.data(), buffer.size());
    if (count == 0) return line.empty() ? std::nullopt : std::optional(std::move(line));
    if (line.back() == '\n') {
      line.pop_back();
      return line;
    }
  }
}

}  // namespace

std::optional<std::string> prompt_secret(const std::string& question, const std::stop_token& stop) {
  const UniqueFd terminal = open_terminal();
  const Silence silence(terminal.get());
  show(terminal.get(), question);
  try {
    auto line = read_line(terminal.get(), stop);
    show(terminal.get(), "\n");
    return line;
  } catch (const Interrupted&) {
    show(terminal.get(), "\n");
    throw;
  }
}

bool confirm(const std::string& question, const std::stop_token& stop) {
  const UniqueFd terminal = open_terminal();
  show(terminal.get(), question + " [y/N] ");
  const auto answer = read_line(terminal.get(), stop);
  if (!answer) show(terminal.get(), "\n");
  return answer == "y" || answer == "Y" || answer == "yes";
}

bool has_terminal() { return static_cast<bool>(UniqueFd(::open(device.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY))); }

bool is_capable_terminal(int fd) {
  const char* kind = std::getenv("TERM");
  return kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb" && ::isatty(fd) == 1;
}

std::size_t terminal_width(int fd) {
  constexpr std::size_t usual = 80;
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

bool wants_color(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && is_capable_terminal(fd);
}

}  // namespace gridfs::util
