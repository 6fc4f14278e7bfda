/// Whether bytes from outside are a BSON document.
#pragma once

#include <bson/bson.h>

namespace gridfs::detail {

/// Whether each element of it, and of the documents and arrays in it, lies within it, no deeper than MongoDB itself
/// lets documents be nested (its BSONDepth, 200 levels): whoever walks through it then needs no great stack. Its
/// texts are not looked at.
[[nodiscard]] bool is_well_formed(const bson_t& bson) noexcept;

}  // namespace gridfs::detail
