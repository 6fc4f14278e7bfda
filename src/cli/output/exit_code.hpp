/// The exit status: from types of errors to the numbers that scripts see.
#pragma once

#include <exception>
#include <string_view>

namespace gridfs::cli {

enum class ExitCode : int {
  done = 0,
  failure = 1,
  usage = 2,
  some_failed = 3,
  not_found = 4,
  unreachable = 5,
  exists = 6,
  not_allowed = 7,
  damaged = 8,
  local = 9,
};

/// The one place where errors become exit statuses.
ExitCode exit_code_of(const std::exception& error) noexcept;

/// What it says, in a few words.
std::string_view meaning_of(ExitCode code) noexcept;

}  // namespace gridfs::cli
