/// The last line of the terminal that standard error is: shown for a while, and gone before anything else is written.
#pragma once

#include <mutex>
#include <string>

namespace gridfs::cli {

/// Shows a line in place of the last one. Does nothing in the background, or where it would have to wait.
void show_status(const std::string& line);

/// Removes the line, and keeps it away for as long as the lock is held: what is to be written to the terminal is
/// written with it.
[[nodiscard]] std::unique_lock<std::timed_mutex> hide_status();

/// Removes the line for good.
void end_status();

/// Writes a line to standard error that stays there, be it a terminal or not. It is dropped where it would have to
/// wait.
void write_status(const std::string& line);

}  // namespace gridfs::cli
