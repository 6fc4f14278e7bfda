/// What the library has to say while it works.
#pragma once

#include <string>

#include "gridfs/client.hpp"

namespace gridfs::detail {

/// Passes a line to the handler that set_log_handler() was given.
void log(LogLevel level, const std::string& message);

/// Sets libmongoc up, once a process, and turns its log to ours.
void start_driver();

}  // namespace gridfs::detail
