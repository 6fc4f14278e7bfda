/// The files documents of uploads.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bucket/operation.hpp"

namespace gridfs::detail {

struct NewFile {
  Value id;
  std::int64_t length = 0;
  std::int32_t chunk_size = 0;
  DateTime upload_date;
  std::string filename;
  std::optional<Document> metadata;
};

/// In the order and with the types of the GridFS specification, "files collection document".
Document make_files_document(const NewFile& file);

/// Which of these files documents the primary does not have, in their order; another upload's under the same `_id` is
/// not the same.
std::vector<std::size_t> absent_files_documents(const Attempt& attempt, std::span<const Document> documents);

/// Removes each files document that is the very one of its upload.
void remove_files_documents(const Operation& operation, std::span<const Document> documents);

}  // namespace gridfs::detail
