#include "bucket/upload/ids_in_use.hpp"

#include "bucket/chunks/stored_chunks.hpp"
#include "bucket/files/files_lookup.hpp"

namespace gridfs::detail {

std::vector<std::optional<std::string>> ids_in_use(const Operation& operation, std::span<const Value> ids) {
  const auto files = look_up_files(operation, ids);
  const bool any_chunks = has_chunks(operation, ids);
  std::vector<std::optional<std::string>> reasons(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (files[i]) {
      reasons[i] = "the _id is in use: " + shown_id(ids[i]);
    } else if (any_chunks && has_chunks(operation, ids[i])) {
      reasons[i] = "the _id is in use: chunks without a file are stored under " + shown_id(ids[i]);
    }
  }
  return reasons;
}

}  // namespace gridfs::detail
