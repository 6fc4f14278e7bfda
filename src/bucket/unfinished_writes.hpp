/// The writes that have begun and whose end is not known yet.
#pragma once

#include <list>
#include <mutex>
#include <vector>

#include "gridfs/leftover.hpp"

namespace gridfs::detail {

/// Safe to use from many threads.
class UnfinishedWrites {
 public:
  /// One of them, for as long as it lives.
  class Entry {
   public:
    Entry(UnfinishedWrites& writes, Leftover leftover) : writes_(writes) {
      const std::lock_guard lock(writes_.mutex_);
      position_ = writes_.entries_.insert(writes_.entries_.end(), std::move(leftover));
    }
    ~Entry() {
      const std::lock_guard lock(writes_.mutex_);
      writes_.entries_.erase(position_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    Entry(Entry&&) = delete;
    Entry& operator=(Entry&&) = delete;

    void set(Leftover::Kind kind) {
      const std::lock_guard lock(writes_.mutex_);
      position_->kind = kind;
    }

   private:
    UnfinishedWrites& writes_;
    std::list<Leftover>::iterator position_;
  };

  [[nodiscard]] std::vector<Leftover> list() const {
    const std::lock_guard lock(mutex_);
    return {entries_.begin(), entries_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::list<Leftover> entries_;
};

}  // namespace gridfs::detail
