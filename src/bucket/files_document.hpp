/// Stores the files document of an upload, or takes it back.
#pragma once

#include <memory>
#include <string>

#include "bucket/bucket_impl.hpp"

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

/// Inserts the files document, after which the file exists.
/// @throws FileExists  another file has the `_id`
void insert_files_document(const Bucket::Impl& bucket, const std::string& doing, const Document& document);

/// Removes the files document if it is the very one of this upload: its insert may have been done although the answer
/// was lost.
void withdraw_files_document(const Bucket::Impl& bucket, const std::string& doing, const Document& document);

}  // namespace gridfs::detail
