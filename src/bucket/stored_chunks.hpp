/// Chunks on the server, by their `_id`s.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "bucket/bucket_impl.hpp"
#include "bucket/chunk_batch.hpp"

namespace gridfs::detail {

/// Which chunks of a batch the primary does not have, in their order.
std::vector<std::size_t> absent_chunks(const Bucket::Impl& bucket, const std::string& doing, const PooledClient& client,
                                       const ChunkBatch& batch);

/// Removes the chunks of these `_id`s, as many in one command as is wise.
void delete_chunks_by_id(const Bucket::Impl& bucket, const std::string& doing, const PooledClient& client,
                         std::span<const bson_oid_t> ids);

}  // namespace gridfs::detail
