#include "unit/util/pseudo_terminal.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace gridfs::test {

namespace {

constexpr int longest_seconds = 60;

void check(bool done, const char* what) {
  if (!done) throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

PseudoTerminal::PseudoTerminal() : user_side_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  check(user_side_ && ::grantpt(user_side_.get()) == 0 && ::unlockpt(user_side_.get()) == 0, "pseudo-terminal");
  program_side_ = util::UniqueFd(::open(::ptsname(user_side_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  check(static_cast<bool>(program_side_), "pseudo-terminal");
}

pid_t PseudoTerminal::start(const std::function<int()>& body) {
  const pid_t child = ::fork();
  check(child >= 0, "fork");
  if (child > 0) return child;
  ::alarm(longest_seconds);
  ::setsid();
  int status = 99;
  try {
    // In a new session, the first terminal that is opened becomes the controlling one.
    check(::open(::ptsname(user_side_.get()), O_RDWR | O_CLOEXEC) >= 0, "terminal");
    status = body();
  } catch (...) {
  }
  ::_exit(status);
}

std::string PseudoTerminal::wait_for(const std::string& text) {
  while (screen_.find(text) == std::string::npos) {
    pollfd watched{user_side_.get(), POLLIN, 0};
    std::array<char, 256> buffer{};
    if (::poll(&watched, 1, longest_seconds * 1000) != 1) throw std::runtime_error("the screen never shows: " + text);
    const ssize_t count = ::read(user_side_.get(), buffer.data(), buffer.size());
    check(count > 0, "screen");
    screen_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return screen_;
}

void PseudoTerminal::type(const std::string& keys) {
  check(::write(user_side_.get(), keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()), "keyboard");
}

bool PseudoTerminal::echoes() const {
  termios settings{};
  check(::tcgetattr(program_side_.get(), &settings) == 0, "tcgetattr");
  return (settings.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
}

int status_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) check(errno == EINTR, "waitpid");
  return status;
}

}  // namespace gridfs::test
