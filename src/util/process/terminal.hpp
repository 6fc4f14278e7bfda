/// Terminals.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

namespace gridfs::util {

/// Asks on the controlling terminal without echo; standard input and output are left alone. The terminal is as it was
/// before when this returns or throws. Empty where end of file was typed (Ctrl-D).
/// @throws LocalError  there is no terminal
/// @throws Interrupted  a stop was requested
std::optional<std::string> prompt_secret(const std::string& question, const std::stop_token& stop = {});

/// Asks a question on the controlling terminal; only `y` and `yes` mean yes.
/// @throws  as prompt_secret()
bool confirm(const std::string& question, const std::stop_token& stop = {});

/// Whether the process has a controlling terminal.
bool has_terminal();

/// Whether a file descriptor is a terminal that takes control sequences: not `TERM=dumb`.
bool is_capable_terminal(int fd);

/// The columns of a terminal, 80 where it does not say.
std::size_t terminal_width(int fd);

/// Whether colours are wanted on a file descriptor by themselves: a capable terminal, and no NO_COLOR
/// (https://no-color.org).
bool wants_color(int fd);

}  // namespace gridfs::util
