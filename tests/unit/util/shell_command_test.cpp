#include "util/shell_command.hpp"

#include <stop_token>
#include <thread>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/local_error.hpp"

using namespace gridfs::util;
using gridfs::test::local_error_of;

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

TEST_CASE("a stop ends the command") {
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK_THROWS_AS(output_of_shell_command("sleep 600", stop.get_token()), Interrupted);
}
