#include "cli/output/exit_code.hpp"

#include <cerrno>
#include <new>

#include "gridfs/error.hpp"

#include "cli/options/usage_error.hpp"
#include "support/catch.hpp"
#include "transfer/freshness.hpp"
#include "transfer/put/older_revisions.hpp"
#include "util/fs/local_error.hpp"

using gridfs::cli::exit_code_of;
using gridfs::cli::ExitCode;
using gridfs::util::LocalError;

TEST_CASE("each type of error has its exit status") {
  CHECK(exit_code_of(gridfs::cli::UsageError("")) == ExitCode::usage);
  CHECK(exit_code_of(gridfs::ConfigurationError("")) == ExitCode::usage);
  CHECK(exit_code_of(gridfs::transfer::OlderRevisionsLeft("")) == ExitCode::some_failed);
  CHECK(exit_code_of(gridfs::FileNotFound("")) == ExitCode::not_found);
  CHECK(exit_code_of(gridfs::RevisionNotFound("")) == ExitCode::not_found);
  CHECK(exit_code_of(gridfs::ConnectionError("")) == ExitCode::unreachable);
  CHECK(exit_code_of(gridfs::FileExists("")) == ExitCode::exists);
  CHECK(exit_code_of(gridfs::AuthenticationError("")) == ExitCode::not_allowed);
  CHECK(exit_code_of(gridfs::CorruptFile("")) == ExitCode::damaged);
  CHECK(exit_code_of(gridfs::transfer::NotFresh("")) == ExitCode::damaged);
  CHECK(exit_code_of(gridfs::StreamError("")) == ExitCode::local);
  CHECK(exit_code_of(gridfs::ServerError("")) == ExitCode::failure);
  CHECK(exit_code_of(std::bad_alloc()) == ExitCode::failure);
}

TEST_CASE("a local error's exit status is by its errno") {
  CHECK(exit_code_of(LocalError("a", ENOENT)) == ExitCode::not_found);
  CHECK(exit_code_of(LocalError("a", EEXIST)) == ExitCode::exists);
  CHECK(exit_code_of(LocalError("a", ENOSPC)) == ExitCode::local);
  CHECK(exit_code_of(LocalError("a", EACCES)) == ExitCode::local);
  CHECK(exit_code_of(LocalError("a", EISDIR)) == ExitCode::local);
}

TEST_CASE("the numbers are those that scripts rely on") {
  CHECK(static_cast<int>(ExitCode::done) == 0);
  CHECK(static_cast<int>(ExitCode::failure) == 1);
  CHECK(static_cast<int>(ExitCode::usage) == 2);
  CHECK(static_cast<int>(ExitCode::some_failed) == 3);
  CHECK(static_cast<int>(ExitCode::not_found) == 4);
  CHECK(static_cast<int>(ExitCode::unreachable) == 5);
  CHECK(static_cast<int>(ExitCode::exists) == 6);
  CHECK(static_cast<int>(ExitCode::not_allowed) == 7);
  CHECK(static_cast<int>(ExitCode::damaged) == 8);
  CHECK(static_cast<int>(ExitCode::local) == 9);
}
