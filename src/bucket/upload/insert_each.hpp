/// Documents of several files in one insert: what becomes of one does not depend on the others.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bucket/bucket_impl.hpp"
#include "bucket/upload/insert_reply.hpp"

namespace gridfs::detail {

/// Documents that travel together.
struct SharedInsert {
  enum class Collection { files, chunks };
  Collection collection;
  std::span<const BsonRef> documents;
  /// Which of the documents are not there, in their order; asked after an unknown outcome, so that none is sent twice
  /// and none of ours is taken for another's.
  std::function<std::vector<std::size_t>(const PooledClient&)> absent;
};

/// Why the server refused a document. A bson_error_t alone is over-aligned, which a template argument cannot say.
struct Refusal {
  bson_error_t error;
};

/// Inserts the documents of the given indexes, in no order.
/// @return  for every document why the server refused it, or nothing
/// @param applied  where it throws: whether any of them may be there, or may still come
/// @throws  what concerns all of them
std::vector<std::optional<Refusal>> insert_each(const Bucket::Impl& bucket, const std::string& doing,
                                                const SharedInsert& insert, std::vector<std::size_t> wanted,
                                                Applied& applied);

}  // namespace gridfs::detail
