/// Chunks on the server, by their `_id`s.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "bucket/bucket_impl.hpp"
#include "bucket/chunks/chunk_batch.hpp"

namespace gridfs::detail {

/// Which chunks of a batch the primary does not have, in their order.
std::vector<std::size_t> absent_chunks(const Bucket::Impl& bucket, const std::string& doing, const PooledClient& client,
                                       const ChunkBatch& batch);

/// How many chunks match, as the primary has them.
std::int64_t count_chunks(const Bucket::Impl& bucket, const std::string& doing, const bson_t* filter);

/// Removes the chunks of these `_id`s, as many in one command as is wise.
void delete_chunks_by_id(const Bucket::Impl& bucket, const std::string& doing, const PooledClient& client,
                         std::span<const bson_oid_t> ids);

/// Removes the chunks of an `_id` without a files document: those that were there before it was seen that no file has
/// come. A file that is stored meanwhile keeps its chunks.
void delete_chunks_without_file(const Bucket::Impl& bucket, const std::string& doing, const Value& id);

}  // namespace gridfs::detail
