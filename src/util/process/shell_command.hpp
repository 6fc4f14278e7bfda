/// The output of shell commands.
#pragma once

#include <stop_token>
#include <string>

namespace gridfs::util {

/// Runs `/bin/sh -c command` with the original handling of signals, and reads its standard output to the end, at most
/// 64 KiB.
/// @return  what it wrote
/// @throws LocalError   it could not be run, failed, or wrote more. The command itself is not shown: it may hold a
/// secret
/// @throws Interrupted  the stop token was triggered; the command is ended, after a second by SIGKILL, and
/// without a terminal what it has started too
std::string output_of_shell_command(const std::string& command, const std::stop_token& stop);

}  // namespace gridfs::util
