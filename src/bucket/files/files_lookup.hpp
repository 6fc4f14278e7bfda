/// Which of many ids have a file.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bucket/operation.hpp"

namespace gridfs::detail {

/// For each `_id` the fields `_id`, `length` and `chunkSize` of its files document, if the primary has one.
std::vector<std::optional<Document>> look_up_files(const Operation& operation, std::span<const Value> ids);

/// The same for one.
bool has_file(const Operation& operation, const Value& id);

/// Whether it has one whose `_id` the server takes for this one, as `{k: 1}` for `{k: 1.0}`: the chunks may be its.
bool may_have_file(const Operation& operation, const Value& id);

}  // namespace gridfs::detail
