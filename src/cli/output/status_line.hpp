/// The last line of the terminal that standard error is: shown for a while, and gone before anything else is written.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

namespace gridfs::cli {

/// How long to wait for the lock of an output: a thread that holds it longer is waiting for whoever reads that. By the
/// system's clock, for the ThreadSanitizer of GCC 12 does not know how the steady one is waited for.
std::chrono::system_clock::time_point longest_wait_for_lock();

/// Shows a line in place of the last one. Does nothing in the background, or where it would have to wait.
void show_status(const std::string& line);

/// Removes the line, and keeps it away for as long as the lock is held: what is to be written to the terminal is
/// written with it.
[[nodiscard]] std::unique_lock<std::timed_mutex> hide_status();

/// The same, but without the lock where that is held for longer, or standard error cannot be written to now.
[[nodiscard]] std::unique_lock<std::timed_mutex> hide_status_without_waiting();

/// Removes the line for good.
void end_status();

/// Writes a line to standard error that stays there, be it a terminal or not. It is dropped where it would have to
/// wait.
void write_status(const std::string& line);

}  // namespace gridfs::cli
