#include "bucket/files_document.hpp"

#include "bucket/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

// Enough to tell this upload's document from that of another under the same _id.
void match_this_upload(bson_t* filter, const Document& document) {
  for (const char* key : {"_id", "length", "chunkSize", "uploadDate", "filename"}) {
    append(filter, key, document.find(key).value());
  }
}

}  // namespace

Document make_files_document(const NewFile& file) {
  Bson bson;
  append(bson.get(), "_id", file.id);
  append(bson.get(), "length", file.length);
  append(bson.get(), "chunkSize", file.chunk_size);
  append(bson.get(), "uploadDate", file.upload_date);
  append(bson.get(), "filename", std::string_view(file.filename));
  if (file.metadata) append(bson.get(), "metadata", *file.metadata);
  return to_document(bson.get());
}

void insert_files_document(const Bucket::Impl& bucket, const std::string& doing, const Document& document) {
  const auto insert = [&](int /*attempt*/) {
    const auto client = bucket.client().acquire(doing, nullptr);
    const auto files = bucket.files(client);
    Bson options;
    append(options.get(), "validate", false);
    bson_error_t error{};
    Reply reply;
    if (!mongoc_collection_insert_one(files.get(), BsonView(document), options.get(), reply.get(), &error)) {
      throw_driver_error(doing, error, reply.get());
    }
  };
  try {
    bucket.client().with_retries(doing, insert);
  } catch (const DuplicateKey& duplicate) {
    // Ours, if the answer to an earlier attempt was lost.
    Bson filter;
    match_this_upload(filter.get(), document);
    if (bucket.find_one_file(doing, filter.get(), nullptr, nullptr)) return;
    throw FileExists(doing + ": the _id is in use", duplicate.server_code(), duplicate.server_message());
  }
}

void withdraw_files_document(const Bucket::Impl& bucket, const std::string& doing, const Document& document) {
  Bson filter;
  match_this_upload(filter.get(), document);
  const auto client = bucket.client().acquire(doing, nullptr, Urgency::cleanup);
  const auto files = bucket.files(client);
  bson_error_t error{};
  Reply reply;
  if (!mongoc_collection_delete_one(files.get(), filter.get(), nullptr, reply.get(), &error)) {
    throw_driver_error(doing, error, reply.get());
  }
}

}  // namespace gridfs::detail
