/// Which of many ids have a file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bucket/bucket_impl.hpp"

namespace gridfs::detail {

/// For each `_id` the fields `_id`, `length` and `chunkSize` of its files document, if the primary has one.
std::vector<std::optional<Document>> look_up_files(const Bucket::Impl& bucket, const std::string& doing,
                                                   std::span<const Value> ids);

}  // namespace gridfs::detail
