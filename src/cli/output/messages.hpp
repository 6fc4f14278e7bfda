/// Messages on standard error and in the log, through spdlog.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "gridfs/leftover.hpp"

namespace gridfs::cli {

enum class ColorMode { automatic, always, never };

enum class LogFormat { text, json };

/// Where all messages go besides standard error: information too, whatever the verbosity is, and what it asks for.
struct LogOptions {
  std::optional<std::string> file;
  LogFormat format = LogFormat::text;
  bool syslog = false;
};

/// Until it is called, messages begin with the program's name alone.
/// @param verbosity  -1 errors alone, 0 warnings too, 1 information, 2 debugging, 3 tracing
/// @throws util::LocalError  the log cannot be opened. That it fails later is a warning.
void start_messages(const std::string& command, int verbosity, ColorMode color, const LogOptions& log = {});

/// Each is one line, whatever is in it: control characters are escaped. No connection string is shown with its
/// password.
void say_error(const std::string& message);
void say_warning(const std::string& message);
void say_info(const std::string& message);
/// A warning about data, which is shown whatever the verbosity is.
void say_data_warning(const std::string& message);
/// The function is called only if its message is shown or logged.
void say_info(const std::function<std::string()>& message);

/// From now on, messages of this thread are dropped where they would have to wait, for another thread or for a reader.
void drop_messages_that_wait() noexcept;

/// Shown whatever the verbosity is: what the user has asked for, such as what a dry run would do.
void say_always(const std::string& message);

/// What has become of all of it.
/// @param shown  unless `--quiet` forbids it; else it is for the log alone
void say_summary(const std::string& message, bool shown = true);

/// For the log alone: what standard output or the exit status says.
void log_error(const std::string& message);

/// With which options a command that is suggested has the same bucket: ` --db shop`.
void set_repair_options(const std::string& options);

/// The command line that removes the orphaned chunks of an `_id`, once they are older than a minute.
std::string repair_command_for(std::string_view id);

/// One line about what writes may have left on the server, and how to remove it, and one about files that are stored
/// without their ids being printed; none if there is nothing to say.
void say_leftovers(std::span<const Leftover> leftovers);

}  // namespace gridfs::cli
