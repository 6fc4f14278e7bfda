#include "bucket/files/files_document.hpp"

#include <array>
#include <set>

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

// With the _id enough to tell an upload's document from that of another under the same _id. The filename and the
// metadata may have been changed meanwhile.
constexpr std::array identifying{"length", "chunkSize", "uploadDate"};

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

std::vector<std::size_t> absent_files_documents(const Attempt& attempt, std::span<const Document> documents) {
  std::vector<Value> ids;
  for (const Document& document : documents) ids.push_back(document.find("_id").value());
  std::set<std::string> present;
  for_each_filter("_id", ids, [&](const bson_t* filter, std::span<const Value> /*ids*/) {
    attempt.find(Collection::files, filter, nullptr,
                 [&](const bson_t* found) { present.insert(identity_of(to_document(found))); });
  });
  std::vector<std::size_t> absent;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (!present.contains(identity_of(documents[i]))) absent.push_back(i);
  }
  return absent;
}

void remove_files_documents(const Operation& operation, std::span<const Document> documents) {
  if (documents.empty()) return;
  operation.run([&](const Attempt& attempt) {
    const CollectionHandle files = attempt.collection_to_remove_from(Collection::files);
    const BulkHandle bulk(mongoc_collection_create_bulk_operation_with_opts(files.get(), nullptr));
    for (const Document& document : documents) {
      Bson filter;
      match_this_upload(filter.get(), document);
      mongoc_bulk_operation_remove_one(bulk.get(), filter.get());
    }
    bson_error_t error{};
    Reply reply;
    if (mongoc_bulk_operation_execute(bulk.get(), reply.get(), &error) == 0) {
      throw_driver_error(operation.description(), error, reply.get());
    }
  });
}

}  // namespace gridfs::detail
