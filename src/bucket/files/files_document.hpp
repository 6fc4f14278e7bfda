/// Stores the files document of an upload, or removes it again.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bucket/bucket_impl.hpp"
#include "bucket/upload/insert_reply.hpp"

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
/// @param applied  where it throws: whether the document may be there, or may still come
/// @throws FileExists  another file has the `_id`
void insert_files_document(const Bucket::Impl& bucket, const std::string& doing, const Document& document,
                           Applied& applied);

/// Which of these files documents the primary does not have, in their order; another upload's under the same `_id` is
/// not the same.
std::vector<std::size_t> absent_files_documents(const Bucket::Impl& bucket, const std::string& doing,
                                                const PooledClient& client, std::span<const Document> documents,
                                                Urgency urgency = Urgency::work);

/// The same in order to clean up, where inserting them failed with Applied::unknown; what is absent may still come.
std::vector<std::size_t> absent_after_failure(const Bucket::Impl& bucket, const std::string& doing,
                                              std::span<const Document> documents);

/// Removes each files document that is the very one of its upload.
void remove_files_documents(const Bucket::Impl& bucket, const std::string& doing, std::span<const Document> documents);

}  // namespace gridfs::detail
