#include "cli/output/messages.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>

#include <spdlog/fmt/fmt.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "gridfs/client.hpp"

#include "cli/output/log.hpp"
#include "cli/output/status_line.hpp"
#include "transfer/file_text.hpp"
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

// In the order of LogLevel.
constexpr std::array levels{spdlog::level::err, spdlog::level::warn, spdlog::level::info, spdlog::level::debug,
                            spdlog::level::trace};

LogLevel detail_of(int verbosity) {
  return static_cast<LogLevel>(std::clamp(verbosity + 1, 0, static_cast<int>(levels.size()) - 1));
}

spdlog::level::level_enum level_of(LogLevel level) { return levels[static_cast<std::size_t>(level)]; }

std::shared_ptr<spdlog::logger> make_logger(const std::string& command, ColorMode color) {
  auto logger = std::make_shared<spdlog::logger>("gridfs", std::make_shared<Sink>(color_mode_of(color)));
  logger->set_pattern("%^" + prefix(command) + "%$ %v");
  logger->set_level(spdlog::level::trace);  // say() decides
  return logger;
}

// By then old enough that the server sends no answer to that upload any more.
std::string repair_command(const std::string& options) { return "gridfs" + options + " check --repair --min-age 1m"; }

struct Loggers {
  std::shared_ptr<spdlog::logger> console = make_logger("", ColorMode::automatic);
  spdlog::level::level_enum console_level = spdlog::level::warn;
  std::shared_ptr<spdlog::logger> log;  // null: there is none
  std::string repair = repair_command("");
};

Loggers& loggers() {
  static Loggers instance;
  return instance;
}

bool is_logged(spdlog::level::level_enum level) { return loggers().log != nullptr && loggers().log->should_log(level); }

// On standard error; all of them go to the log.
enum class Shown { by_level, unless_quiet, always, never };

bool is_shown(spdlog::level::level_enum level, Shown shown) {
  switch (shown) {
    case Shown::by_level:
      return level >= loggers().console_level;
    case Shown::unless_quiet:
      return loggers().console_level <= spdlog::level::warn;
    case Shown::always:
      return true;
    case Shown::never:
      return false;
  }
  return true;
}

thread_local bool waits = true;

// Without a lock, what was to be written is dropped.
std::unique_lock<std::timed_mutex> hide_status_to_write() {
  return waits ? hide_status() : hide_status_without_waiting();
}

void say(spdlog::level::level_enum level, std::string_view message, Shown shown = Shown::by_level) {
  const bool on_console = is_shown(level, shown);
  if (!on_console && !is_logged(level)) return;
  const std::string text = util::escape(redact_uri(message));
  const std::string mark = level == spdlog::level::warn ? "warning: " : "";
  if (on_console) {
    if (const auto hidden = hide_status_to_write()) loggers().console->log(level, mark + text);
  }
  if (const auto& log = loggers().log) log->log(level, text);
}

void from_library(LogLevel level, std::string_view message) { say(level_of(level), message); }

// What was to be done goes on.
void log_failed(const std::string& reason) {
  static std::atomic<bool> said = false;
  if (said.exchange(true)) return;
  if (const auto hidden = hide_status_to_write())
    loggers().console->warn("warning: " + util::escape(reason) + "; the log is incomplete");
}

std::string subject_of(const Leftover& leftover) {
  return leftover.filename.empty() ? "file " + transfer::format_id(leftover.id) : leftover.filename;
}

std::string text_of(const Leftover& leftover) {
  const bool may_be_stored = leftover.kind == Leftover::Kind::file_or_chunks;
  const std::string id = transfer::format_id(leftover.id);
  return fmt::format("{}: {} the _id {}{}; '{} {}' removes {}", subject_of(leftover),
                     may_be_stored ? "whether it is stored is not known, with" : "chunks may be left of", id,
                     leftover.reason.empty() ? "" : " (" + leftover.reason + ")", loggers().repair,
                     util::shell_quote(id), may_be_stored ? "the chunks if it is not" : "them");
}

}  // namespace

void start_messages(const std::string& command, int verbosity, ColorMode color, const LogOptions& log) {
  loggers().console = make_logger(command, color);
  loggers().console_level = level_of(detail_of(verbosity));
  loggers().log = nullptr;
  loggers().log = make_log(log, command);
  if (loggers().log) {
    verbosity = std::max(verbosity, 1);
    loggers().log->set_level(level_of(detail_of(verbosity)));
    loggers().log->set_error_handler(log_failed);
  }
  set_log_handler(from_library, detail_of(verbosity));
}

void drop_messages_that_wait() noexcept { waits = false; }

void say_error(const std::string& message) { say(spdlog::level::err, message); }
void say_warning(const std::string& message) { say(spdlog::level::warn, message); }
void say_info(const std::string& message) { say(spdlog::level::info, message); }
void say_info(const std::function<std::string()>& message) {
  if (is_shown(spdlog::level::info, Shown::by_level) || is_logged(spdlog::level::info)) say_info(message());
}
void say_data_warning(const std::string& message) { say(spdlog::level::warn, message, Shown::always); }
void say_always(const std::string& message) { say(spdlog::level::info, message, Shown::always); }
void say_summary(const std::string& message, bool shown) {
  say(spdlog::level::info, message, shown ? Shown::unless_quiet : Shown::never);
}
void log_error(const std::string& message) { say(spdlog::level::err, message, Shown::never); }

void set_repair_options(const std::string& options) { loggers().repair = repair_command(options); }

std::string repair_command_for(std::string_view id) { return loggers().repair + ' ' + util::shell_quote(id); }

void say_leftovers(std::span<const Leftover> leftovers) {
  const auto left = [](const Leftover& one) { return one.kind != Leftover::Kind::nothing; };
  std::string stored;
  for (const Leftover& one : leftovers) {
    if (!left(one)) stored += ' ' + transfer::format_id(one.id);
  }
  if (!stored.empty()) say_error("stored, but not printed:" + stored);
  const auto count = std::count_if(leftovers.begin(), leftovers.end(), left);
  if (count == 0) return;
  const Leftover& first = *std::find_if(leftovers.begin(), leftovers.end(), left);
  if (count == 1) return say_error(text_of(first));
  say_error(
      fmt::format("{} and {} more: chunks may be left, of the _id {} and others; '{}' removes those that belong "
                  "to no file",
                  subject_of(first), count - 1, transfer::format_id(first.id), loggers().repair));
}

}  // namespace gridfs::cli
