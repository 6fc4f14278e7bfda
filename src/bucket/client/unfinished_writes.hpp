/// The writes that have begun and whose end is not known yet, and what those that have failed may have left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gridfs/leftover.hpp"

namespace gridfs::detail {

/// Safe to use from many threads.
class UnfinishedWrites {
 public:
  static constexpr std::size_t most_left = 10'000;

  /// One of them, for as long as it lives.
  class Entry {
   public:
    Entry(UnfinishedWrites& writes, Leftover leftover) : writes_(writes) {
      const std::lock_guard lock(writes_.mutex_);
      position_ = writes_.entries_.insert(writes_.entries_.end(), std::move(leftover));
    }
    ~Entry() {
      const std::lock_guard lock(writes_.mutex_);
      if (has_left_) {
        writes_.left_.splice(writes_.left_.end(), writes_.leaving_, position_);
        if (writes_.left_.size() > most_left) writes_.left_.pop_front();
      } else {
        writes_.entries_.erase(position_);
      }
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    Entry(Entry&&) = delete;
    Entry& operator=(Entry&&) = delete;

    void set(Leftover::Kind kind) {
      const std::lock_guard lock(writes_.mutex_);
      position_->kind = kind;
    }

    /// The server has acknowledged so many bytes more of it.
    void stored(std::int64_t bytes) {
      const std::lock_guard lock(writes_.mutex_);
      position_->bytes += bytes;
      writes_.bytes_ += bytes;
    }

    /// The write has ended, and may have left something: that is kept, beyond this object.
    Leftover leave(Leftover::Kind kind, std::string reason) {
      const std::lock_guard lock(writes_.mutex_);
      position_->kind = kind;
      position_->reason = std::move(reason);
      if (!has_left_) writes_.leaving_.splice(writes_.leaving_.end(), writes_.entries_, position_);
      has_left_ = true;
      return *position_;
    }

   private:
    UnfinishedWrites& writes_;
    std::list<Leftover>::iterator position_;
    bool has_left_ = false;
  };

  [[nodiscard]] std::vector<Leftover> list() const {
    const std::lock_guard lock(mutex_);
    return {entries_.begin(), entries_.end()};
  }

  /// How many bytes all of them have stored so far.
  [[nodiscard]] std::int64_t bytes_stored() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

  /// What those that have ended may have left: all whose Entry lives, and the last `most_left` of the others.
  [[nodiscard]] std::vector<Leftover> left() const {
    const std::lock_guard lock(mutex_);
    std::vector<Leftover> all(left_.begin(), left_.end());
    all.insert(all.end(), leaving_.begin(), leaving_.end());
    return all;
  }

 private:
  mutable std::mutex mutex_;
  std::list<Leftover> entries_;
  std::list<Leftover> leaving_;  // their Entry lives
  std::list<Leftover> left_;
  std::int64_t bytes_ = 0;
};

}  // namespace gridfs::detail
