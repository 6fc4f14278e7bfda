/// Keeping passwords secret.
#pragma once

#include <string>
#include <string_view>

namespace gridfs::cli {

/// Whether a connection string contains a password, or may contain one.
[[nodiscard]] bool may_hold_secret(std::string_view uri);

/// The name of the option that an argument begins with, without its value, which may be a password: `--name` of
/// `--name=value`, `-n` of `-nvalue`. Empty where it is no option.
[[nodiscard]] std::string option_name(const std::string& argument);

/// Overwrites the passwords in connection strings on the command line, and `password` at the end of an argument, where
/// other users can see them in a listing of processes. Call it when the command line has been parsed.
void hide_secrets(int argc, char** argv, std::string_view password = {}) noexcept;

/// Keeps the process from leaving a core dump, and from being traced by others: its memory holds a secret.
void forbid_core_dumps() noexcept;

}  // namespace gridfs::cli
