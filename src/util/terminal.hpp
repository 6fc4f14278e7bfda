/// Terminals.
#pragma once

#include <string>

namespace gridfs::util {

/// Asks on the controlling terminal without echo; standard input and output are left alone.
/// @throws LocalError  there is no terminal
/// @throws Interrupted  end of file was typed
std::string prompt_secret(const std::string& question);

/// Whether colours are wanted on a file descriptor by themselves: a terminal, not `TERM=dumb`, and no NO_COLOR
/// (https://no-color.org).
bool wants_color(int fd);

}  // namespace gridfs::util
