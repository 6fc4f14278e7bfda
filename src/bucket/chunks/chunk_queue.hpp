/// Puts what the threads of a ParallelReader bring in order.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "bucket/download/parallel_reader.hpp"

namespace gridfs::detail {

/// A bounded queue: who is ahead waits. next(), position() and expect_end() are for one thread.
class ChunkQueue : public ChunkReceiver {
 public:
  /// @param first    the sequence number of the first chunk to come
  /// @param room     how many chunks it holds
  /// @param threads  how many bring them
  ChunkQueue(std::int64_t first, std::size_t room, int threads);
  ~ChunkQueue() override;
  ChunkQueue(const ChunkQueue&) = delete;
  ChunkQueue& operator=(const ChunkQueue&) = delete;
  ChunkQueue(ChunkQueue&&) = delete;
  ChunkQueue& operator=(ChunkQueue&&) = delete;

  /// The one that brings them. To be given once.
  void start(std::unique_ptr<ParallelReader> reader) { reader_ = std::move(reader); }

  /// The data of the next chunk, valid until the next call, or what went wrong with it.
  std::span<const std::byte> next();
  [[nodiscard]] std::int64_t position() const noexcept { return next_; }

  /// Call it behind the last chunk: throws what is wrong behind the end.
  void expect_end();

  void take(std::int64_t n, std::span<const std::byte> chunk) override;
  void failed(std::int64_t n, std::exception_ptr error) noexcept override;
  void ended() noexcept override;

 private:
  struct Slot {
    std::vector<std::byte> data;
    bool full = false;
  };
  struct Failure {
    std::int64_t n;
    std::exception_ptr error;
  };

  Slot& slot_of(std::int64_t n) noexcept { return slots_[static_cast<std::size_t>(n) % slots_.size()]; }
  [[nodiscard]] const Failure* failure_of(std::int64_t n) const noexcept;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable room_;
  std::vector<Slot> slots_;
  std::vector<Failure> failures_;  // at most one a thread
  std::int64_t first_kept_;        // chunks before it make room
  std::int64_t next_;
  int under_way_;
  bool ended_ = false;
  std::unique_ptr<ParallelReader> reader_;
};

}  // namespace gridfs::detail
