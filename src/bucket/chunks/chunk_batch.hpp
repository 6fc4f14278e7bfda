/// Chunk documents that travel to the server together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gridfs/document.hpp"

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

/// Gives the `_id`s of one upload's chunks: ObjectIds whose random part is this upload's own, so that its chunks can be
/// told from those of any other upload under the same files_id, without a list of them.
class ChunkIds {
 public:
  ChunkIds();

  /// The time in it is now's: it tells how old a chunk without a file is. The counter in it goes up by one each time.
  [[nodiscard]] bson_oid_t next();
  [[nodiscard]] bool is_ours(const bson_oid_t& oid) const noexcept;

 private:
  bson_oid_t seed_{};
  std::uint32_t counter_ = 0;
};

/// Chunk documents behind one another in one buffer, into which their data are written once. Movable.
class ChunkBatch {
 public:
  /// @param capacity  bytes to make room for at once, so that the buffer is never copied to a larger one
  explicit ChunkBatch(std::size_t capacity) : capacity_(capacity) {}

  /// Begins a chunk `{_id, files_id, n, data}`, the data with subtype 0 (GridFS specification, "chunks collection
  /// document"). The `_id`s of a batch come from one ChunkIds, one after the other.
  void begin(const bson_oid_t& id, const Value& files_id, std::int32_t n);
  /// Adds to the data of the chunk that was begun, up to 15 MiB in all.
  void extend(std::span<const std::byte> data);
  void end();

  /// A whole chunk at once.
  void add(const bson_oid_t& id, const Value& files_id, std::int32_t n, std::span<const std::byte> data);

  /// Forgets the chunks and keeps the buffer.
  void clear() noexcept;

  [[nodiscard]] bool empty() const noexcept { return ids_.empty(); }
  /// How many chunks have been begun.
  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  /// The data of those that have been ended.
  [[nodiscard]] std::size_t data_bytes() const noexcept { return data_bytes_; }
  [[nodiscard]] std::span<const bson_oid_t> ids() const noexcept { return ids_; }

  /// The documents, for libmongoc; valid until the batch changes. Each must have been ended.
  [[nodiscard]] std::vector<BsonRef> documents() const;

  /// Which of the batch's chunks has that `_id`, if any.
  [[nodiscard]] std::optional<std::size_t> index_of(const bson_oid_t& id) const noexcept;

 private:
  void write(const void* bytes, std::size_t count);

  std::size_t capacity_;
  std::vector<std::byte> buffer_;
  std::vector<std::size_t> begins_;
  std::vector<bson_oid_t> ids_;
  std::size_t data_begin_ = 0;  // of the chunk that was begun
  std::size_t data_bytes_ = 0;
};

}  // namespace gridfs::detail
