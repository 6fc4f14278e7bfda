#include "util/process/terminal.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/util/pseudo_terminal.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/process_end.hpp"
#include "util/process/signals.hpp"

using namespace gridfs::util;
using namespace gridfs::test;

namespace {

// An environment variable that is another, or none, while it lives.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~Environment() { set(before_ ? before_->c_str() : nullptr); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  Environment(Environment&&) = delete;
  Environment& operator=(Environment&&) = delete;

 private:
  void set(const char* value) const { value == nullptr ? ::unsetenv(name_) : ::setenv(name_, value, 1); }

  const char* name_;
  std::optional<std::string> before_;
};

int ask_for(const std::string& expected) { return prompt_secret("Password: ") == expected ? 0 : 1; }

}  // namespace

TEST_CASE("a secret is asked for without echo", "[util][terminal]") {
  PseudoTerminal terminal;
  const auto child = terminal.start([] { return ask_for("hunter2 ä"); });
  terminal.wait_for("Password: ");
  CHECK_FALSE(terminal.echoes());
  terminal.type("hunter2 ä\n");
  CHECK(status_of(child) == 0);
  CHECK(terminal.wait_for("\n") == "Password: \r\n");
  CHECK(terminal.echoes());
}

TEST_CASE("a secret may be edited, and may be empty", "[util][terminal]") {
  PseudoTerminal terminal;
  const auto child = terminal.start([] { return ask_for("good") + ask_for(""); });
  terminal.wait_for("Password: ");
  terminal.type(
      "bad\x15goof\x7f"
      "d\n");  // Ctrl-U, backspace
  terminal.wait_for("\nPassword: ");
  terminal.type("\n");
  CHECK(status_of(child) == 0);
}

TEST_CASE("end of file is no secret, not even an empty one", "[util][terminal]") {
  PseudoTerminal terminal;
  const auto child = terminal.start([] { return prompt_secret("Password: ") ? 1 : 0; });
  terminal.wait_for("Password: ");
  terminal.type("\x04");
  CHECK(status_of(child) == 0);
  CHECK(terminal.echoes());
}

TEST_CASE("Ctrl-C ends the asking, and the terminal echoes again", "[util][terminal]") {
  PseudoTerminal terminal;
  const auto child = terminal.start([] {
    const SignalDescriptor signals;
    const std::jthread ending([&] {
      pollfd signal{signals.get(), POLLIN, 0};
      ::poll(&signal, 1, -1);
      EndAction::run_all();
      ::_exit(signals.next() == SIGINT ? 0 : 1);
    });
    prompt_secret("Password: ");
    return 2;
  });
  terminal.wait_for("Password: ");
  terminal.type("half\x03");
  CHECK(status_of(child) == 0);
  CHECK(terminal.echoes());
}

TEST_CASE("without a terminal nothing can be asked", "[util][terminal]") {
  const int status = status_of_child([] {
    ::setsid();  // leaves the controlling terminal, if there is one
    return local_error_of([] { prompt_secret("Password: "); }) == ENXIO ? 0 : 1;
  });
  CHECK(status == 0);
}

TEST_CASE("the width of a terminal", "[util][terminal]") {
  const PseudoTerminal terminal;
  CHECK(terminal_width(terminal.descriptor()) == 80);  // it does not say
  const winsize size{.ws_row = 24, .ws_col = 132, .ws_xpixel = 0, .ws_ypixel = 0};
  REQUIRE(::ioctl(terminal.descriptor(), TIOCSWINSZ, &size) == 0);
  CHECK(terminal_width(terminal.descriptor()) == 132);
  CHECK(terminal_width(-1) == 80);
}

TEST_CASE("colours are wanted on a terminal alone, unless NO_COLOR or TERM speak against them", "[util][terminal]") {
  const PseudoTerminal terminal;
  const Environment term("TERM", "xterm");
  const Environment no_color("NO_COLOR", nullptr);
  CHECK(wants_color(terminal.descriptor()));
  const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  CHECK_FALSE(wants_color(null.get()));
  CHECK_FALSE(wants_color(-1));
  for (const char* dumb : {static_cast<const char*>(nullptr), "", "dumb"}) {
    const Environment other("TERM", dumb);
    CHECK_FALSE(wants_color(terminal.descriptor()));
  }
  {
    const Environment empty("NO_COLOR", "");
    CHECK(wants_color(terminal.descriptor()));
  }
  for (const char* value : {"1", "0"}) {
    const Environment set("NO_COLOR", value);
    CHECK_FALSE(wants_color(terminal.descriptor()));
  }
}
