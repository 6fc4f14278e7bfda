#include "util/process/shell_command.hpp"

#include <array>
#include <stop_token>
#include <string>
#include <thread>

#include <poll.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/local_error.hpp"

using namespace gridfs::util;
using gridfs::test::local_error_of;
using gridfs::test::status_of_child;

TEST_CASE("a command's output is all that it writes") {
  CHECK(output_of_shell_command("printf 'one\\ntwo\\n'", {}) == "one\ntwo\n");
  CHECK(output_of_shell_command(":", {}).empty());
}

TEST_CASE("a command that fails, or writes without end, has no output") {
  CHECK(local_error_of([] { output_of_shell_command("echo secret; exit 3", {}); }) != 0);
  CHECK(local_error_of([] { output_of_shell_command("yes", {}); }) != 0);
}

TEST_CASE("a command's own text is never in the error") {
  try {
    output_of_shell_command("exit 3 # hunter2", {});
    FAIL("it has not failed");
  } catch (const LocalError& error) {
    CHECK(std::string(error.what()).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("a stop ends the command and what it has started") {
  const int status = status_of_child([] {
    ::setsid();  // as a cron job: away from the terminal that the tests may have
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) return 1;
    std::stop_source stop;
    std::jthread stopper([&] {
      char started = 0;
      if (::read(pipe[0], &started, 1) == 1) stop.request_stop();
    });
    const std::string command = "echo >&" + std::to_string(pipe[1]) + "; sleep 600; :";
    try {
      output_of_shell_command(command, stop.get_token());
      return 2;
    } catch (const Interrupted&) {
    }
    ::close(pipe[1]);
    // Its end is seen when all who had the other one are gone.
    pollfd reading{pipe[0], POLLIN, 0};
    constexpr int milliseconds = 20'000;
    return ::poll(&reading, 1, milliseconds) == 1 && (reading.revents & POLLHUP) != 0 ? 0 : 3;
  });
  CHECK(status == 0);
}
