/// Whether a given `_id` is free.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bucket/operation.hpp"

namespace gridfs::detail {

/// For each `_id` why no file may be stored under it: a file has it, or chunks are there, which would be taken for the
/// new file's. Empty where it is free.
std::vector<std::optional<std::string>> ids_in_use(const Operation& operation, std::span<const Value> ids);

}  // namespace gridfs::detail
