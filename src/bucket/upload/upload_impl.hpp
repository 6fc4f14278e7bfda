/// The state of one upload.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/upload_stream.hpp"

#include "bucket/chunks/chunk_batch.hpp"
#include "bucket/files/files_document.hpp"
#include "bucket/upload/chunk_writer.hpp"

namespace gridfs {

class GRIDFS_NO_EXPORT UploadStream::Impl {
 public:
  /// @param id  empty: a new ObjectId
  Impl(std::shared_ptr<const Bucket::Impl> bucket, std::optional<Value> id, std::string_view filename,
       const UploadOptions& options);

  void write(std::span<const std::byte> bytes);
  void close();
  void abort();
  void set_metadata(std::optional<Document> metadata);

  /// Aborts because of an error that is under way, and keeps what goes wrong in doing so for leftover().
  void abort_after_failure() noexcept;

  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] const std::optional<Leftover>& leftover() const noexcept { return leftover_; }
  [[nodiscard]] const detail::NewFile& file() const noexcept { return file_; }
  [[nodiscard]] const std::optional<Document>& stored() const noexcept { return stored_; }
  [[nodiscard]] const std::string& description() const noexcept { return operation_.description(); }

 private:
  void begin_chunk();
  void end_chunk();
  void announce();
  void insert_files_document(const Document& document);
  void check_own_chunks() const;
  [[nodiscard]] std::int64_t stored_chunks(const detail::Attempt& attempt) const;
  void clean_up();
  void delete_own_chunks(const detail::Attempt& attempt) const;

  std::shared_ptr<const Bucket::Impl> bucket_;
  detail::NewFile file_;
  std::optional<DateTime> after_;
  std::optional<DateTime> upload_date_;
  bool id_is_new_;
  detail::Operation operation_;
  detail::ChunkIds chunk_ids_;
  bson_oid_t first_chunk_id_{};
  std::unique_ptr<detail::UnfinishedWrites::Entry> unfinished_;
  detail::ChunkWriter writer_;
  detail::ChunkBatch batch_;
  std::size_t in_chunk_ = 0;  // bytes in the chunk that has been begun; 0: none has
  std::int64_t next_chunk_ = 0;
  bool closed_ = false;
  detail::Applied applied_ = detail::Applied::no;  // the insert of the files document, if it failed
  std::optional<Document> inserted_;               // the files document, where it cannot come any more
  std::optional<Document> stored_;                 // the same, once its chunks were found to be there as well
  std::optional<Leftover> leftover_;
};

}  // namespace gridfs
