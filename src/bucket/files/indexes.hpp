/// The indexes that the GridFS specification asks for.
#pragma once

#include <array>
#include <string>

#include "bucket/bucket_impl.hpp"

namespace gridfs::detail {

enum class IndexKind { ordinary, unique };

/// Whether there is an ascending index over two fields, whatever type of number its keys have. One that is unique
/// serves as an ordinary one too, not the other way round.
/// @throws AuthenticationError  the user may not look
bool has_index(const Bucket::Impl& bucket, mongoc_collection_t* collection, const std::array<const char*, 2>& keys,
               IndexKind kind, const std::string& doing);

/// Makes an ascending index over two fields, unless one with these keys is there, whatever type of number its keys
/// have. False where the user may neither look nor make it, so that nobody knows.
/// @throws AuthenticationError  it is not there, and the user may not make it
bool ensure_index(const Bucket::Impl& bucket, mongoc_collection_t* collection, const std::array<const char*, 2>& keys,
                  IndexKind kind, const std::string& doing);

}  // namespace gridfs::detail
