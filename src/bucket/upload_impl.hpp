/// The state of one upload.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/upload_stream.hpp"

#include "bucket/chunk_batch.hpp"
#include "bucket/chunk_writer.hpp"
#include "bucket/files_document.hpp"

namespace gridfs {

class UploadStream::Impl {
 public:
  /// @param id  empty: a new ObjectId
  Impl(std::shared_ptr<const Bucket::Impl> bucket, std::optional<Value> id, std::string_view filename,
       const UploadOptions& options);

  void write(std::span<const std::byte> bytes);
  void close();
  void abort();

  /// Aborts because of an error that is under way, and keeps what goes wrong in doing so for cleanup_failure().
  void abort_after_failure() noexcept;

  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] const std::optional<std::string>& cleanup_failure() const noexcept { return cleanup_failure_; }
  [[nodiscard]] detail::NewFile& file() noexcept { return file_; }
  [[nodiscard]] const std::optional<Document>& stored() const noexcept { return stored_; }
  [[nodiscard]] const std::string& doing() const noexcept { return doing_; }

 private:
  void begin_chunk();
  void end_chunk();
  void take_back();
  void take_back_own_chunks(const std::string& doing);
  void check_own_chunks() const;
  [[nodiscard]] std::int64_t stored_chunks() const;

  std::shared_ptr<const Bucket::Impl> bucket_;
  detail::NewFile file_;
  std::optional<DateTime> after_;
  bool id_is_new_;
  std::string doing_;
  detail::ChunkIds chunk_ids_;
  Client::Impl::Greetings greetings_;
  detail::ChunkWriter writer_;
  detail::ChunkBatch batch_;
  std::size_t in_chunk_ = 0;  // bytes in the chunk that has been begun; 0: none has
  std::int64_t next_chunk_ = 0;
  bool closed_ = false;
  std::optional<Document> inserting_;  // the files document, from before its insert
  std::optional<Document> stored_;     // the same, from after its acknowledgement
  std::optional<std::string> cleanup_failure_;
};

}  // namespace gridfs
