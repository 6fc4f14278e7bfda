/// Fetches the chunks of a range on several connections at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "bucket/download/chunk_reader.hpp"

namespace gridfs::detail {

/// What the threads of a ParallelReader bring, several of them at once.
class ChunkReceiver {
 public:
  ChunkReceiver() = default;
  virtual ~ChunkReceiver() = default;
  ChunkReceiver(const ChunkReceiver&) = delete;
  ChunkReceiver& operator=(const ChunkReceiver&) = delete;
  ChunkReceiver(ChunkReceiver&&) = delete;
  ChunkReceiver& operator=(ChunkReceiver&&) = delete;

  /// The bytes are valid during the call. What it throws goes to failed().
  virtual void take(std::int64_t n, std::span<const std::byte> chunk) = 0;

  /// The chunk could not be had; `n` is the range's end or above where there is a chunk too many. Its thread ends.
  virtual void failed(std::int64_t n, std::exception_ptr error) noexcept = 0;

  /// All of a thread's chunks were taken, and nothing is behind them. Its thread ends.
  virtual void ended() noexcept = 0;
};

/// Each thread has one cursor for all of its share, every so many chunks: a server that reads the whole collection for
/// a query is asked as few queries as can be.
class ParallelReader {
 public:
  /// Begins to read, from the receiver's own threads.
  /// @param before    the reader that came as far as this range; the first of the threads ends it
  /// @param receiver  outlives this
  ParallelReader(std::shared_ptr<const Bucket::Impl> bucket, const FileShape& file, const std::string& doing,
                 const ChunkShare& range, const DownloadPlan& plan, std::optional<ChunkReader> before,
                 ChunkReceiver& receiver);
  /// As stop().
  ~ParallelReader() { stop(); }
  ParallelReader(const ParallelReader&) = delete;
  ParallelReader& operator=(const ParallelReader&) = delete;
  ParallelReader(ParallelReader&&) = delete;
  ParallelReader& operator=(ParallelReader&&) = delete;

  /// Lets no thread ask for another chunk.
  void cancel() noexcept { cancelled_ = true; }

  /// Cancels, and waits for the threads. The receiver must not keep one in take().
  void stop() noexcept;

  /// Waits until all is read.
  void wait() noexcept;

 private:
  void read(ChunkReader& reader, std::int64_t end);

  ChunkReceiver& receiver_;
  std::atomic<bool> cancelled_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gridfs::detail
