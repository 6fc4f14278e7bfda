/// Stores the chunks of one upload, several batches at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bucket/bucket_impl.hpp"
#include "bucket/chunk_batch.hpp"

namespace gridfs::detail {

/// Used by one thread; has threads of its own once more than one batch may be on its way.
class ChunkWriter {
 public:
  /// @param in_flight  the most batches on their way at once; 1: submit() itself stores the batch
  ChunkWriter(std::shared_ptr<const Bucket::Impl> bucket, std::string doing, std::size_t in_flight);
  ~ChunkWriter();
  ChunkWriter(const ChunkWriter&) = delete;
  ChunkWriter& operator=(const ChunkWriter&) = delete;
  ChunkWriter(ChunkWriter&&) = delete;
  ChunkWriter& operator=(ChunkWriter&&) = delete;

  /// Hands a batch over; waits while too many are on their way. The first batch is acknowledged before this returns,
  /// so that an `_id` in use is noticed before anything is stored behind another file's chunks.
  /// @throws FileExists  a chunk of the same files_id and number is there, and is not ours
  /// @throws whatever storing an earlier batch threw
  void submit(ChunkBatch batch);

  /// Waits until every batch is acknowledged. Throws as submit().
  void finish();

  /// Drops what is not on its way yet, and waits for what is. Never throws.
  void cancel() noexcept;

  /// Whether anything may have been stored.
  [[nodiscard]] bool started() const noexcept { return started_; }

 private:
  void store(const ChunkBatch& batch) const;
  [[nodiscard]] std::vector<std::size_t> missing(const ChunkBatch& batch, const PooledClient& client) const;
  void work();

  std::shared_ptr<const Bucket::Impl> bucket_;
  std::string doing_;
  std::size_t in_flight_;
  bool started_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ChunkBatch> queue_;
  std::size_t storing_ = 0;
  bool ended_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> workers_;
};

}  // namespace gridfs::detail
