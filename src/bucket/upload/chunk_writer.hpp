/// Stores the chunks of one upload, several batches at once.
#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <vector>

#include "bucket/chunks/chunk_batch.hpp"
#include "bucket/chunks/chunk_layout.hpp"
#include "bucket/client/workers.hpp"
#include "bucket/upload/insert.hpp"

namespace gridfs::detail {

/// Whether a chunk may be refused because the files_id is in use. Then the first batch is acknowledged before others
/// are sent, so that nothing is stored behind another file's chunks.
enum class FilesId { given, fresh };

/// Used by one thread, within an operation that outlives it; has threads of its own once more than one batch may be on
/// its way.
class ChunkWriter {
 public:
  ChunkWriter(const Operation& operation, const UploadPlan& plan, FilesId files_id);
  ~ChunkWriter();
  ChunkWriter(const ChunkWriter&) = delete;
  ChunkWriter& operator=(const ChunkWriter&) = delete;
  ChunkWriter(ChunkWriter&&) = delete;
  ChunkWriter& operator=(ChunkWriter&&) = delete;

  /// Where to count what is stored; to be said before the first batch comes.
  void count_for(UnfinishedWrites::Entry& write) noexcept { write_ = &write; }

  /// How many chunks a batch is to have: more of them once the server is known to be far away.
  [[nodiscard]] std::size_t chunks_per_batch() const noexcept;

  /// An empty batch with room for all of them, with the buffer of one that has been stored where there is such a one.
  ChunkBatch new_batch();

  /// Hands a batch over; waits while too many are on their way.
  /// @throws FileExists  a chunk of the same files_id and number is there, and is not ours
  /// @throws whatever storing an earlier batch threw
  void submit(ChunkBatch batch);

  /// Stores the last batch, which may be empty, and waits until every batch is acknowledged. Throws as submit().
  void finish(ChunkBatch last);

  /// Drops what is not on its way yet, and waits for what is. Never throws.
  void cancel() noexcept;

  /// Whether anything may have been stored.
  [[nodiscard]] bool stored() const noexcept { return stored_; }

  /// Whether a batch may still be stored whose answer was lost.
  [[nodiscard]] bool answer_lost() const noexcept { return answer_lost_; }

 private:
  using SharedBatch = std::shared_ptr<ChunkBatch>;

  [[nodiscard]] Workers::Task task(ChunkBatch batch);
  void store(const ChunkBatch& batch);
  void insert_chunks(const ChunkBatch& batch, Applied& applied) const;
  void throw_failure();

  const Operation& operation_;
  UploadPlan plan_;
  FilesId files_id_;
  UnfinishedWrites::Entry* write_ = nullptr;
  bool started_ = false;
  std::atomic<bool> stored_ = false;
  std::atomic<bool> answer_lost_ = false;

  std::mutex mutex_;
  std::exception_ptr failure_;
  std::vector<ChunkBatch> spare_;
  Workers workers_;  // ends first: its threads use the rest
};

}  // namespace gridfs::detail
