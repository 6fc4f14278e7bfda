#include "cli/output/exit_code.hpp"

#include <array>
#include <cerrno>

#include "gridfs/error.hpp"

#include "cli/options/usage_error.hpp"
#include "transfer/put/older_revisions.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::cli {

namespace {

template <typename Type>
bool is(const std::exception& error) noexcept {
  return dynamic_cast<const Type*>(&error) != nullptr;
}

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
    Row{is<UsageError>, ExitCode::usage},
    Row{is<transfer::OlderRevisionsLeft>, ExitCode::some_failed},
    Row{is<ConfigurationError>, ExitCode::usage},
    Row{is<FileNotFound>, ExitCode::not_found},
    Row{is<FileExists>, ExitCode::exists},
    Row{is<CorruptFile>, ExitCode::damaged},
    Row{is<ConnectionError>, ExitCode::unreachable},
    Row{is<AuthenticationError>, ExitCode::not_allowed},
    Row{is<StreamError>, ExitCode::local},
    Row{is_local<ENOENT>, ExitCode::not_found},
    Row{is_local<EEXIST>, ExitCode::exists},
    Row{is<util::LocalError>, ExitCode::local},
};

}  // namespace

ExitCode exit_code_of(const std::exception& error) noexcept {
  for (const Row& row : rows) {
    if (row.matches(error)) return row.code;
  }
  return ExitCode::failure;
}

}  // namespace gridfs::cli
