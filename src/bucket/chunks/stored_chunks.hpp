/// The chunks that are on the server.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "bucket/chunks/chunk_batch.hpp"
#include "bucket/operation.hpp"

namespace gridfs::detail {

/// Whether the primary has any chunk of these files_ids.
bool has_chunks(const Operation& operation, std::span<const Value> files_ids);
bool has_chunks(const Operation& operation, const Value& files_id);

/// Which chunks of a batch the primary does not have, in their order.
std::vector<std::size_t> absent_chunks(const Attempt& attempt, const ChunkBatch& batch);

/// How many chunks match, as the primary has them.
std::int64_t count_chunks(const Attempt& attempt, const bson_t* filter);

/// Removes the chunks of these `_id`s, as many in one command as is wise.
void delete_chunks_by_id(const Attempt& attempt, std::span<const bson_oid_t> ids);

/// Removes the chunks of an `_id` without a files document: those that were there before it was seen that no file has
/// come. A file that is stored meanwhile keeps its chunks.
void delete_chunks_without_file(const Operation& operation, const Value& id);

}  // namespace gridfs::detail
