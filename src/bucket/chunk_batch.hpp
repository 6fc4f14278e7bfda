/// Chunk documents that travel to the server together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bucket/handles.hpp"
#include "gridfs/document.hpp"

namespace gridfs::detail {

/// Gives the `_id`s of one upload's chunks: ObjectIds whose random part is this upload's own, so that its chunks can be
/// told from those of any other upload under the same files_id, without a list of them.
class ChunkIds {
 public:
  ChunkIds();

  /// The time in it is now's: it tells how old a chunk without a file is.
  [[nodiscard]] bson_oid_t next();
  [[nodiscard]] bool is_ours(const bson_oid_t& oid) const noexcept;

 private:
  bson_oid_t seed_;
  std::uint32_t counter_ = 0;
};

/// Chunk documents in the order of their sequence numbers, each written once. Movable.
class ChunkBatch {
 public:
  explicit ChunkBatch(std::size_t capacity) { documents_.reserve(capacity); }

  /// `{_id, files_id, n, data}`, the data with subtype 0 (GridFS specification, "chunks collection document").
  void add(const bson_oid_t& id, const Value& files_id, std::int32_t n, std::span<const std::byte> data);

  [[nodiscard]] bool empty() const noexcept { return documents_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return documents_.size(); }
  [[nodiscard]] const bson_t* document(std::size_t index) const noexcept { return documents_[index].get(); }
  [[nodiscard]] std::span<const bson_oid_t> ids() const noexcept { return ids_; }

 private:
  using DocumentHandle = Handle<bson_t, bson_destroy>;
  std::vector<DocumentHandle> documents_;
  std::vector<bson_oid_t> ids_;
};

}  // namespace gridfs::detail
