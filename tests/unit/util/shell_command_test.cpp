#include "util/process/shell_command.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/util/pseudo_terminal.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/input.hpp"
#include "util/fs/local_error.hpp"

using namespace gridfs::util;
using namespace gridfs::test;

namespace {

std::string output_of(const std::string& command, const std::stop_token& stop = {}) {
  return read_text(Input::of_command(command, "x"), stop);
}

std::string failure_of(const std::string& command) {
  try {
    output_of(command);
  } catch (const LocalError& error) {
    return error.what();
  }
  return "it has not failed";
}

// Runs a command that writes a line to descriptor %d once all of it is there, and requests a stop then.
// Returns 0 if all who have that descriptor are gone soon.
int stop_it(std::string command) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return 1;
  std::stop_source stop;
  std::jthread stopper([&] {
    char started = 0;
    if (::read(pipe[0], &started, 1) == 1) stop.request_stop();
  });
  command.replace(command.find("%d"), 2, std::to_string(pipe[1]));
  try {
    output_of(command, stop.get_token());
    return 2;
  } catch (const Interrupted&) {
  }
  ::close(pipe[1]);
  pollfd reading{pipe[0], POLLIN, 0};
  constexpr int milliseconds = 20'000;
  return ::poll(&reading, 1, milliseconds) == 1 && (reading.revents & POLLHUP) != 0 ? 0 : 3;
}

}  // namespace

TEST_CASE("a command's output is all that it writes") {
  CHECK(output_of("printf 'one\\ntwo\\n'") == "one\ntwo\n");
  CHECK(output_of(":").empty());
  CHECK(output_of("(printf one; exec >&-; exit 3); printf two") == "onetwo");
}

TEST_CASE("a command is not started before its output is wanted") {
  const TemporaryDirectory directory;
  const std::string started = directory.path("started");
  auto input = Input::of_command("echo >" + started, "x");
  CHECK_FALSE(input.size());
  CHECK_FALSE(input.changed());
  CHECK_FALSE(std::filesystem::exists(started));
  CHECK(read_text(std::move(input), {}).empty());
  CHECK(std::filesystem::exists(started));
}

TEST_CASE("a command that fails has no end of its output") {
  CHECK(failure_of("echo secret; exit 3") == "x: the command failed: exit status 3");
  CHECK(failure_of("kill -9 $$") == "x: the command failed: ended by signal 9");
  CHECK(failure_of("no-such-command-anywhere 2>/dev/null") == "x: the command failed: exit status 127");
  CHECK(local_error_of([] { output_of("exit 1"); }) == ECHILD);
  std::array<std::byte, 4> buffer{};
  auto input = Input::of_command("printf 1234; exit 1", "x");
  CHECK(input.read(buffer, {}) == buffer.size());
  CHECK_THROWS_AS(input.read(buffer, {}), LocalError);
}

TEST_CASE("a command's status is known where SIGCHLD was ignored") {
  CHECK(status_of_child([] {
          static_cast<void>(std::signal(SIGCHLD, SIG_IGN));
          return failure_of("exit 3") == "x: the command failed: exit status 3" ? 0 : 1;
        }) == 0);
}

TEST_CASE("a command may close its output long before it ends") {
  const TemporaryDirectory directory;
  const std::string go = directory.path("go");
  REQUIRE(::mkfifo(go.c_str(), S_IRUSR | S_IWUSR) == 0);
  std::jthread later([&] { write_file(go, "1"); });
  CHECK(failure_of("echo all; exec >&-; read status <" + go + "; exit $status") ==
        "x: the command failed: exit status 1");
}

TEST_CASE("a command's output ends with the last process that may write to it") {
  const TemporaryDirectory directory;
  const std::string go = directory.path("go");
  REQUIRE(::mkfifo(go.c_str(), S_IRUSR | S_IWUSR) == 0);
  auto input = Input::of_command("{ cat " + go + "; } & echo early", "x");
  std::array<std::byte, 6> buffer{};
  CHECK(input.read(buffer, {}) == buffer.size());
  std::jthread later([&] { write_file(go, "late"); });
  CHECK(read_text(std::move(input), {}) == "late");
}

TEST_CASE("a command's standard input is empty") { CHECK(output_of("cat").empty()); }

TEST_CASE("a command's own text is never in the error") {
  CHECK(failure_of("exit 3 # hunter2").find("hunter2") == std::string::npos);
}

TEST_CASE("a stop ends the command and what it has started") {
  const std::string command = GENERATE("echo >/dev/fd/%d; sleep 600; :", "exec >&-; echo >/dev/fd/%d; sleep 600; :",
                                       "sleep 600 | { echo >/dev/fd/%d; sleep 600; :; }",
                                       "{ trap '' TERM; echo >/dev/fd/%d; sleep 600; } & wait");
  // As a cron job: away from the terminal that the tests may have.
  CHECK(status_of_child([&] { return ::setsid() < 0 ? 9 : stop_it(command); }) == 0);
}

TEST_CASE("on a terminal a command stays in the foreground, and a stop ends it and what it has started") {
  PseudoTerminal terminal;
  const auto child = terminal.start([] {
    // The fifth field is its process group, the eighth the one in the foreground.
    output_of(R"(read -r a b c d group e f foreground g </proc/$$/stat; [ "$group" = "$foreground" ])");
    return stop_it("sleep 600 | { echo >/dev/fd/%d; sleep 600; :; }");
  });
  CHECK(status_of(child) == 0);
}
