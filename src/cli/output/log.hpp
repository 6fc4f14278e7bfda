/// The log of a program that runs unattended, through spdlog.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "cli/output/messages.hpp"

namespace gridfs::cli {

/// Writes each line at once, to the file, the system's log, or both; null if there is neither. That one fails later is
/// given to spdlog's error handler.
/// @throws util::LocalError  the file cannot be opened
std::shared_ptr<spdlog::logger> make_log(const LogOptions& options, const std::string& command);

}  // namespace gridfs::cli
