/// A limit for the bytes that pass in a second.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>

namespace gridfs::util {

/// Bytes pass one after the other, whichever thread they come from. Time in which none came is not made up for. Safe to
/// share between threads.
class RateLimit {
 public:
  /// @param bytes_per_second  at least 1; empty: no limit
  explicit RateLimit(std::optional<std::int64_t> bytes_per_second) : rate_(bytes_per_second) {}

  /// Returns when so many more bytes have had their time.
  /// @throws Interrupted  a stop was requested while waiting
  void wait_for(std::size_t bytes, const std::stop_token& stop);

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<std::int64_t> rate_;
  std::mutex mutex_;
  Clock::time_point free_at_;
};

}  // namespace gridfs::util
