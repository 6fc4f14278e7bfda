#include "cli/output/log.hpp"

#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/syslog_sink.h>
#include <unistd.h>

#include "gridfs/document.hpp"

#include "util/fs/log_file.hpp"

namespace gridfs::cli {

namespace {

constexpr const char* time_pattern = "%Y-%m-%dT%H:%M:%S.%e%z";

std::unique_ptr<spdlog::formatter> pattern(const std::string& text, const std::string& end) {
  return std::make_unique<spdlog::pattern_formatter>(text, spdlog::pattern_time_type::local, end);
}

class JsonFormatter : public spdlog::formatter {
 public:
  explicit JsonFormatter(std::string command) : command_(std::move(command)) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    spdlog::memory_buf_t time;
    time_->format(message, time);
    const auto level = spdlog::level::to_string_view(message.level);
    const std::string text =
        Document()
            .append("time", Value(std::string_view(time.data(), time.size())))
            .append("level", Value(std::string_view(level.data(), level.size())))
            .append("command", Value(command_))
            .append("pid", Value(std::int64_t{::getpid()}))
            .append("message", Value(std::string_view(message.payload.data(), message.payload.size())))
            .to_json() +
        '\n';
    line.append(text.data(), text.data() + text.size());
  }

  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>(command_);
  }

 private:
  std::string command_;
  std::unique_ptr<spdlog::formatter> time_ = pattern(time_pattern, "");
};

// spdlog's own share their file with no other process.
class LogFileSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LogFileSink(const std::string& path) : file_(path) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    file_.append({line.data(), line.size()});
  }
  void flush_() override {}

 private:
  util::LogFile file_;
};

}  // namespace

std::shared_ptr<spdlog::logger> make_log(const LogOptions& options, const std::string& command) {
  std::vector<spdlog::sink_ptr> sinks;
  if (options.file) {
    sinks.push_back(std::make_shared<LogFileSink>(*options.file));
    sinks.back()->set_formatter(options.format == LogFormat::json
                                    ? std::make_unique<JsonFormatter>(command)
                                    : pattern(time_pattern + (" %l %P " + command) + ": %v", "\n"));
  }
  if (options.syslog) {
    sinks.push_back(std::make_shared<spdlog::sinks::syslog_sink_mt>("gridfs", LOG_PID, LOG_USER, true));
    sinks.back()->set_formatter(pattern(command + ": %v", ""));
  }
  if (sinks.empty()) return nullptr;
  return std::make_shared<spdlog::logger>("log", sinks.begin(), sinks.end());
}

}  // namespace gridfs::cli
