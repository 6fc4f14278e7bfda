#include "bucket/files/files_document.hpp"

#include <array>
#include <set>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/client/cursor.hpp"

namespace gridfs::detail {

namespace {

// With the _id enough to tell an upload's document from that of another under the same _id.
constexpr std::array identifying{"length", "chunkSize", "uploadDate", "filename"};

void match_this_upload(bson_t* filter, const Document& document) {
  append_equal(filter, "_id", document.find("_id").value());
  for (const char* key : identifying) append(filter, key, document.find(key).value());
}

// The bytes of those fields.
std::string identity_of(const Document& document) {
  Bson bson;
  append(bson.get(), "_id", document.find("_id").value_or(Value()));
  for (const char* key : identifying) append(bson.get(), key, document.find(key).value_or(Value()));
  return {reinterpret_cast<const char*>(bson_get_data(bson.get())), bson.get()->len};
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

void insert_files_document(const Bucket::Impl& bucket, const std::string& doing, const Document& document,
                           Applied& applied) {
  bool sent_before = false;
  const auto insert = [&](int attempt) {
    const auto client = bucket.client().acquire(doing, nullptr);
    // Whatever the server has said of it, it may be there.
    sent_before = attempt > 0;
    if (sent_before && absent_files_documents(bucket, doing, client, std::span(&document, 1)).empty()) return;
    const auto files = bucket.files(client);
    Bson options;
    append(options.get(), "validate", false);
    bson_error_t error{};
    Reply reply;
    const bool done = mongoc_collection_insert_one(files.get(), BsonView(document), options.get(), reply.get(), &error);
    check_insert(doing, {.done = done, .sent = 1, .error = error, .reply = reply.get()}, applied);
  };
  try {
    bucket.client().with_retries(doing, insert);
  } catch (const DuplicateKey& duplicate) {
    // Ours, if the answer to an earlier attempt was lost; without one, another's, even if it is the very same.
    Bson filter;
    match_this_upload(filter.get(), document);
    if (sent_before && bucket.find_one_file(doing, filter.get(), nullptr, nullptr)) return;
    applied = Applied::no;  // the `_id` keeps ours from coming any more
    throw FileExists(doing + ": the _id is in use: " + document.find("_id")->to_json(), duplicate.server_code(),
                     duplicate.server_message());
  }
}

std::vector<std::size_t> absent_files_documents(const Bucket::Impl& bucket, const std::string& doing,
                                                const PooledClient& client, std::span<const Document> documents,
                                                Urgency urgency) {
  std::set<std::string> present;
  const auto find = [&](const bson_t* filter) {
    const auto note = [&](const bson_t* found) { present.insert(identity_of(to_document(found))); };
    for_each_on_primary(bucket, bucket.files(client, Reader::library), doing, filter, nullptr, note, urgency);
  };
  std::vector<Value> ids;
  for (const Document& document : documents) {
    const Value id = document.find("_id").value();
    if (fits_in(id)) {
      ids.push_back(id);
      continue;
    }
    Bson alone;
    append_equal(alone.get(), "_id", id);
    find(alone.get());
  }
  Bson together;
  append_in(together.get(), "_id", ids);
  if (!ids.empty()) find(together.get());

  std::vector<std::size_t> absent;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (!present.contains(identity_of(documents[i]))) absent.push_back(i);
  }
  return absent;
}

std::vector<std::size_t> absent_after_failure(const Bucket::Impl& bucket, const std::string& doing,
                                              std::span<const Document> documents) {
  return bucket.client().with_retries(
      doing,
      [&](int /*attempt*/) {
        const auto client = bucket.client().acquire(doing, nullptr, Urgency::cleanup);
        return absent_files_documents(bucket, doing, client, documents, Urgency::cleanup);
      },
      Urgency::cleanup);
}

void remove_files_documents(const Bucket::Impl& bucket, const std::string& doing, std::span<const Document> documents) {
  const auto remove = [&](int /*attempt*/) {
    const auto client = bucket.client().acquire(doing, nullptr, Urgency::cleanup);
    const auto files = bucket.files(client);
    const BulkHandle bulk(mongoc_collection_create_bulk_operation_with_opts(files.get(), nullptr));
    for (const Document& document : documents) {
      Bson filter;
      match_this_upload(filter.get(), document);
      mongoc_bulk_operation_remove_one(bulk.get(), filter.get());
    }
    bson_error_t error{};
    Reply reply;
    if (mongoc_bulk_operation_execute(bulk.get(), reply.get(), &error) == 0) {
      throw_driver_error(doing, error, reply.get());
    }
  };
  if (!documents.empty()) bucket.client().with_retries(doing, remove, Urgency::cleanup);
}

}  // namespace gridfs::detail
