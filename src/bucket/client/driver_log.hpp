/// What the library has to say while it works.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gridfs/client.hpp"

namespace gridfs::detail {

/// Whether there is a handler that lines of this level are for.
bool is_logged(LogLevel level);

/// Passes a line to the handler that set_log_handler() was given.
void log(LogLevel level, const std::string& message);

/// Sets libmongoc up, once a process, and turns its log to ours.
void start_driver();

/// While it lives, what the driver warns of in this thread is kept for the caller rather than logged.
class DriverWarnings {
 public:
  DriverWarnings() noexcept;
  ~DriverWarnings();
  DriverWarnings(const DriverWarnings&) = delete;
  DriverWarnings& operator=(const DriverWarnings&) = delete;
  DriverWarnings(DriverWarnings&&) = delete;
  DriverWarnings& operator=(DriverWarnings&&) = delete;

  [[nodiscard]] const std::vector<std::string>& messages() const noexcept { return messages_; }
  void add(std::string message) { messages_.push_back(std::move(message)); }

 private:
  std::vector<std::string> messages_;
};

}  // namespace gridfs::detail
