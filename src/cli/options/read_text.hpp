/// Small texts, such as secrets, from files and commands.
#pragma once

#include <stop_token>
#include <string>

namespace gridfs::cli {

/// All of a file; `-` is standard input.
/// @throws util::LocalError    also if it is longer than 16 MiB
/// @throws util::Interrupted
std::string read_text(const std::string& path, const std::stop_token& stop);

/// The first line of a file, without its end; `-` is standard input. Throws as read_text().
std::string first_line_of_file(const std::string& path, const std::stop_token& stop);

/// The first line that a shell command writes.
/// @throws UsageError         it fails, or writes nothing
/// @throws util::Interrupted
std::string first_line_of_command(const std::string& command, const std::stop_token& stop);

}  // namespace gridfs::cli
