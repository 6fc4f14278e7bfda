#include "cli/output/exit_code.hpp"

#include <array>
#include <cerrno>

#include "gridfs/error.hpp"

#include "cli/options/usage_error.hpp"
#include "transfer/freshness.hpp"
#include "transfer/put/older_revisions.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::cli {

namespace {

using util::is_any_of;

template <int Errno>
bool is_local(const std::exception& error) noexcept {
  const auto* local = dynamic_cast<const util::LocalError*>(&error);
  return local != nullptr && local->error() == Errno;
}

struct Row {
  bool (*matches)(const std::exception&) noexcept;
  ExitCode code;
};

constexpr std::array rows{
    Row{is_any_of<UsageError, ConfigurationError>, ExitCode::usage},
    Row{is_any_of<transfer::OlderRevisionsLeft>, ExitCode::some_failed},
    Row{is_any_of<FileNotFound>, ExitCode::not_found},
    Row{is_any_of<FileExists>, ExitCode::exists},
    Row{is_any_of<CorruptFile, transfer::NotFresh>, ExitCode::damaged},
    Row{is_any_of<ConnectionError>, ExitCode::unreachable},
    Row{is_any_of<AuthenticationError>, ExitCode::not_allowed},
    Row{is_any_of<StreamError>, ExitCode::local},
    Row{is_local<ENOENT>, ExitCode::not_found},
    Row{is_local<EEXIST>, ExitCode::exists},
    Row{is_any_of<util::LocalError>, ExitCode::local},
};

}  // namespace

ExitCode exit_code_of(const std::exception& error) noexcept {
  for (const Row& row : rows) {
    if (row.matches(error)) return row.code;
  }
  return ExitCode::failure;
}

std::string_view meaning_of(ExitCode code) noexcept {
  switch (code) {
    case ExitCode::done:
      return "all done";
    case ExitCode::failure:
      return "a failure that no other status names";
    case ExitCode::usage:
      return "the command line or the configuration is wrong";
    case ExitCode::some_failed:
      return "some operands failed, others were done";
    case ExitCode::not_found:
      return "no such file, revision or local path";
    case ExitCode::unreachable:
      return "the server could not be reached, or stopped answering";
    case ExitCode::exists:
      return "it exists already: an _id in use, a local file in the way";
    case ExitCode::not_allowed:
      return "not allowed: authentication, authorization or TLS failed";
    case ExitCode::damaged:
      return "the stored data is damaged";
    case ExitCode::local:
      return "local input or output failed";
  }
  return {};
}

}  // namespace gridfs::cli
