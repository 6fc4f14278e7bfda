#include "cli/output/report.hpp"

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/error.hpp"

#include "support/catch.hpp"
#include "util/fs/local_error.hpp"

using gridfs::cli::ExitCode;

namespace {

// As a command that does something for each of its operands.
ExitCode for_each_operand(const std::vector<std::string>& operands, const std::function<void(std::size_t)>& step) {
  const gridfs::cli::GlobalOptions options;
  gridfs::cli::Shutdown shutdown(std::nullopt);
  gridfs::cli::Context context(options, shutdown);
  gridfs::cli::Report report(context, {});
  return gridfs::cli::for_each_operand(operands, report, step);
}

enum class Fate { done, missing, exists, unreachable, full };

void meet(Fate fate) {
  if (fate == Fate::missing) throw gridfs::FileNotFound("missing");
  if (fate == Fate::exists) throw gridfs::FileExists("exists");
  if (fate == Fate::unreachable) throw gridfs::ConnectionError("unreachable");
  if (fate == Fate::full) throw gridfs::util::LocalError("file", ENOSPC);
}

struct Run {
  ExitCode code;
  std::size_t tried = 0;
};

Run run(const std::vector<Fate>& fates) {
  Run result{};
  result.code = for_each_operand(std::vector<std::string>(fates.size(), "operand"), [&](std::size_t i) {
    ++result.tried;
    meet(fates[i]);
  });
  return result;
}

}  // namespace

TEST_CASE("the status of several operands") {
  CHECK(run({Fate::done, Fate::done}).code == ExitCode::done);
  CHECK(run({Fate::done, Fate::missing}).code == ExitCode::some_failed);
  CHECK(run({Fate::missing, Fate::done}).code == ExitCode::some_failed);
  CHECK(run({Fate::missing}).code == ExitCode::not_found);
  CHECK(run({Fate::missing, Fate::missing}).code == ExitCode::not_found);
  CHECK(run({Fate::missing, Fate::exists}).code == ExitCode::failure);
}

TEST_CASE("after a failed operand the others are still done") {
  CHECK(run({Fate::missing, Fate::exists, Fate::done}).tried == 3);
}

TEST_CASE("where no server can be reached, the other operands are not tried") {
  const auto first = run({Fate::unreachable, Fate::done});
  CHECK(first.tried == 1);
  CHECK(first.code == ExitCode::unreachable);
  const auto second = run({Fate::done, Fate::unreachable, Fate::done});
  CHECK(second.tried == 2);
  CHECK(second.code == ExitCode::some_failed);
}

TEST_CASE("where there is no space, the other operands are not tried") {
  CHECK(run({Fate::full, Fate::done, Fate::done}).tried == 1);
}

TEST_CASE("what ends the program is not the failure of an operand") {
  CHECK_THROWS_AS(for_each_operand({"operand"}, [](std::size_t) { throw gridfs::Stopped("stopped"); }),
                  gridfs::Stopped);
  CHECK_THROWS_AS(for_each_operand({"operand"}, [](std::size_t) { throw gridfs::util::Interrupted(); }),
                  gridfs::util::Interrupted);
  CHECK_THROWS_AS(for_each_operand({"operand"}, [](std::size_t) { throw gridfs::util::ClosedPipe(); }),
                  gridfs::util::ClosedPipe);
  CHECK_THROWS_AS(for_each_operand({"operand"}, [](std::size_t) { throw gridfs::util::OutputError(ENOSPC); }),
                  gridfs::util::OutputError);
}
