#include "cli/output/messages.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "gridfs/client.hpp"

#include "util/process/terminal.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

using Sink = spdlog::sinks::stderr_color_sink_mt;

std::string prefix(const std::string& command) { return command.empty() ? "gridfs:" : "gridfs: " + command + ":"; }

spdlog::color_mode color_mode_of(ColorMode color) {
  if (color == ColorMode::automatic) color = util::wants_color(STDERR_FILENO) ? ColorMode::always : ColorMode::never;
  return color == ColorMode::always ? spdlog::color_mode::always : spdlog::color_mode::never;
}

spdlog::level::level_enum level_of(int verbosity) {
  constexpr std::array levels{spdlog::level::err, spdlog::level::warn, spdlog::level::info, spdlog::level::debug,
                              spdlog::level::trace};
  return levels[static_cast<std::size_t>(std::clamp(verbosity + 1, 0, static_cast<int>(levels.size()) - 1))];
}

std::shared_ptr<spdlog::logger> make_logger(const std::string& command, int verbosity, ColorMode color) {
  auto logger = std::make_shared<spdlog::logger>("gridfs", std::make_shared<Sink>(color_mode_of(color)));
  logger->set_pattern("%^" + prefix(command) + "%$ %v");
  logger->set_level(level_of(verbosity));
  return logger;
}

std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> instance = make_logger("", 0, ColorMode::automatic);
  return instance;
}

void say(spdlog::level::level_enum level, std::string_view message) {
  if (logger()->should_log(level)) logger()->log(level, util::escape(redact_uri(message)));
}

void from_library(LogLevel level, std::string_view message) {
  switch (level) {
    case LogLevel::error:
      return say(spdlog::level::err, message);
    case LogLevel::warning:
      return say(spdlog::level::warn, "warning: " + std::string(message));
    case LogLevel::info:
      return say(spdlog::level::info, message);
    case LogLevel::debug:
      return say(spdlog::level::debug, message);
    case LogLevel::trace:
      return say(spdlog::level::trace, message);
  }
}

}  // namespace

void start_messages(const std::string& command, int verbosity, ColorMode color) {
  logger() = make_logger(command, verbosity, color);
  set_log_handler(from_library);
}

void say_error(const std::string& message) { say(spdlog::level::err, message); }
void say_warning(const std::string& message) { say(spdlog::level::warn, "warning: " + message); }
void say_info(const std::string& message) { say(spdlog::level::info, message); }
void say_info(const std::function<std::string()>& message) {
  if (logger()->should_log(spdlog::level::info)) say_info(message());
}
void say_data_warning(const std::string& message) { say(spdlog::level::critical, "warning: " + message); }
void say_always(const std::string& message) { say(spdlog::level::critical, message); }

}  // namespace gridfs::cli
