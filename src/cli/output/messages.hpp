/// What the program has to say besides its results, through spdlog to standard error.
#pragma once

#include <functional>
#include <string>

namespace gridfs::cli {

enum class ColorMode { automatic, always, never };

/// Before it is called, messages bear the program's name alone.
/// @param verbosity  -1 errors alone, 0 warnings too, 1 information, 2 debugging, 3 tracing
void start_messages(const std::string& command, int verbosity, ColorMode color);

/// Each is one line, whatever is in it: control characters are escaped. No connection string is shown with its
/// password.
void say_error(const std::string& message);
void say_warning(const std::string& message);
void say_info(const std::string& message);
/// A warning about data, which is shown whatever the verbosity is.
void say_data_warning(const std::string& message);
/// For what costs something to put together: the function is called only where its message is shown.
void say_info(const std::function<std::string()>& message);

/// Said whatever the verbosity is: what the user has asked for, such as what a dry run would do.
void say_always(const std::string& message);

}  // namespace gridfs::cli
