/// How long the whole command may take.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

#include "util/signals.hpp"

namespace gridfs::cli {

/// Passes on the stop that a signal requests, and requests one itself when the time is up. Then whoever waits for a
/// server is woken, since the driver's own limits may be up to twice as long.
class TimeLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param limit    from now on; empty: none
  /// @param signals  must outlive it
  TimeLimit(std::optional<std::chrono::milliseconds> limit, const util::SignalWatcher& signals);

  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }
  [[nodiscard]] std::optional<Clock::time_point> deadline() const noexcept { return deadline_; }
  [[nodiscard]] bool has_passed() const noexcept { return has_passed_; }

 private:
  void watch(const std::stop_token& ended);

  std::stop_source source_;
  std::optional<Clock::time_point> deadline_;
  std::atomic<bool> has_passed_ = false;
  std::stop_callback<std::function<void()>> on_signal_;
  std::jthread thread_;
};

}  // namespace gridfs::cli
