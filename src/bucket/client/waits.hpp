/// The operations that wait for something.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <set>

namespace gridfs::detail {

/// Safe to use from many threads.
class Waits {
 public:
  using Clock = std::chrono::steady_clock;

  /// One of them, for as long as it lives.
  class Entry {
   public:
    explicit Entry(Waits& waits) : waits_(waits) {
      const std::lock_guard lock(waits_.mutex_);
      position_ = waits_.begun_.insert(Clock::now());
    }
    ~Entry() {
      const std::lock_guard lock(waits_.mutex_);
      waits_.begun_.erase(position_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    Entry(Entry&&) = delete;
    Entry& operator=(Entry&&) = delete;

   private:
    Waits& waits_;
    std::multiset<Clock::time_point>::iterator position_;
  };

  /// When the one began that waits longest; empty if there is none.
  [[nodiscard]] std::optional<Clock::time_point> earliest() const {
    const std::lock_guard lock(mutex_);
    return begun_.empty() ? std::nullopt : std::optional(*begun_.begin());
  }

 private:
  mutable std::mutex mutex_;
  std::multiset<Clock::time_point> begun_;
};

}  // namespace gridfs::detail
