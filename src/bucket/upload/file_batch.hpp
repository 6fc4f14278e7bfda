/// Small files that are stored together.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/batch_upload.hpp"

#include "bucket/chunks/chunk_batch.hpp"
#include "bucket/chunks/chunk_layout.hpp"
#include "bucket/files/files_document.hpp"
#include "bucket/upload/insert.hpp"

namespace gridfs::detail {

/// Filled by one thread, stored by one, and looked at once it is done().
class FileBatch {
 public:
  FileBatch(std::shared_ptr<const Bucket::Impl> bucket, const FileBatchPlan& plan);

  /// Whether a file would fit besides those that are here.
  [[nodiscard]] bool has_room(const NewFile& file) const;
  /// Whether it would fit if it were alone.
  static bool can_hold(const FileBatchPlan& plan, const NewFile& file);

  /// @param id_given  the caller chose the `_id`, so that it may be in use; then the file has one chunk at most
  void add(std::uint64_t number, NewFile file, bool id_given, std::span<const std::byte> bytes, ChunkIds& chunk_ids);

  /// Adds what became of a file that was not stored in this batch, so that its outcome keeps its place.
  void add_outcome(BatchOutcome outcome);

  /// Stores all of it; each file has its outcome then.
  void store() noexcept;

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] bool done() const noexcept { return done_; }

  /// The outcome of the next file, in the order of adding; nothing when all have been taken.
  std::optional<BatchOutcome> take_outcome();

 private:
  struct Entry {
    BatchOutcome outcome;
    NewFile file;
    bool id_given = false;
    std::size_t first_chunk = 0;
    std::size_t chunk_count = 0;
    bool chunks_sent = false;
    Applied applied = Applied::no;     // the insert of the files document
    std::optional<Document> document;  // the files document, from before its insert
    std::unique_ptr<UnfinishedWrites::Entry> unfinished;
  };

  [[nodiscard]] std::string description() const;
  [[nodiscard]] static std::string description(const Entry& entry);
  [[nodiscard]] std::vector<Entry*> unfinished();
  void store_all(const Operation& operation);
  void refuse_ids_in_use(const Operation& operation);
  void store_chunks(const Operation& operation);
  void insert_files_documents(const Operation& operation, std::span<Entry* const> entries);
  void find_stored_after_all() noexcept;
  void check_own_chunks(const Operation& operation, std::span<Entry* const> entries);
  [[nodiscard]] std::vector<std::size_t> absent_own_chunks(const Attempt& attempt,
                                                           std::span<Entry* const> entries) const;
  void clean_up() noexcept;
  void clean_up(std::span<Entry* const> failed) noexcept;
  void fail_unfinished(const std::exception_ptr& error);
  static void refuse(Entry& entry, const Refusal& refusal, const std::string& in_use);

  std::shared_ptr<const Bucket::Impl> bucket_;
  FileBatchPlan plan_;
  std::vector<Entry> entries_;
  std::size_t bytes_ = 0;  // of all documents
  std::size_t next_outcome_ = 0;
  ChunkBatch chunks_;
  Applied chunks_applied_ = Applied::no;  // the insert of the chunks, if it failed
  std::atomic<bool> done_ = false;
};

}  // namespace gridfs::detail
