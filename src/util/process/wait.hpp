/// Waiting that a stop request ends.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace gridfs::util {

/// Returns when there is something to read, or the end or an error to report.
/// @throws Interrupted  a stop was requested, before or meanwhile
/// @throws LocalError   waiting failed
void wait_readable(int fd, const std::stop_token& stop, const std::string& shown);

/// Returns when something can be written, or there is an error to report. Throws as wait_readable().
void wait_writable(int fd, const std::stop_token& stop, const std::string& shown);

/// @throws Interrupted  a stop was requested before the time was over
void pause(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace gridfs::util
