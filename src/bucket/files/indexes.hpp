/// The indexes that the GridFS specification asks for.
#pragma once

#include "bucket/operation.hpp"

namespace gridfs::detail {

/// Whether the index of a collection is there, whatever type of number its keys have; that of the chunks counts only
/// if it is unique.
/// @throws AuthenticationError  the user may not look
bool has_index(const Attempt& attempt, Collection of);

/// Makes those that are not there, if the bucket has no files.
/// @throws AuthenticationError  one is not there, and the user may not make it
void make_indexes(const Attempt& attempt);

}  // namespace gridfs::detail
