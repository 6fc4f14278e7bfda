#include "bucket/attempt.hpp"

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

Attempt::Attempt(const Operation& operation, Reader reader, bool exact_text, int number)
    : operation_(operation),
      reader_(reader),
      exact_text_(exact_text),
      number_(number),
      // The library writes where it reads: its server is one that takes writes.
      client_(operation.bucket_->client().acquire(operation.description_, reader == Reader::caller ? prefs() : nullptr,
                                                  operation.urgency_)) {}

CollectionHandle Attempt::collection(Collection which) const {
  return operation_.bucket_->collection(client_, which, reader_);
}

CollectionHandle Attempt::collection_to_remove_from(Collection which) const {
  CollectionHandle found = collection(which);
  if (operation_.urgency_ == Urgency::cleanup) {
    mongoc_collection_set_write_concern(found.get(), operation_.bucket_->cleanup_concern());
  }
  return found;
}

CursorHandle Attempt::query(const CollectionHandle& in, const bson_t* filter, const bson_t* options) const {
  Bson all;
  if (options != nullptr) bson_concat(all.get(), options);
  append_collation(all.get());
  return CursorHandle(mongoc_collection_find_with_opts(in.get(), filter, all.get(), prefs()));
}

std::optional<Document> Attempt::find_one(Collection in, const bson_t* filter, const bson_t* options) const {
  Bson limited;
  append(limited.get(), "limit", std::int64_t{1});
  if (options != nullptr) bson_concat(limited.get(), options);
  std::optional<Document> result;
  find(in, filter, limited.get(), [&](const bson_t* found) { result = to_document(found); });
  return result;
}

bool Attempt::has_any(Collection in, const bson_t* filter) const {
  Bson only_id;
  append_projection(only_id.get(), "_id");
  return find_one(in, filter, only_id.get()).has_value();
}

std::int64_t Attempt::remove(Collection from, const bson_t* filter) const {
  Bson options;
  append_collation(options.get());
  bson_error_t error{};
  Reply reply;
  const CollectionHandle removed_from = collection_to_remove_from(from);
  if (!mongoc_collection_delete_many(removed_from.get(), filter, options.get(), reply.get(), &error)) {
    throw_driver_error(operation_.description_, error, reply.get());
  }
  return integer_field(reply.get(), "deletedCount");
}

Document Attempt::read_command(Collection on, const bson_t* command) const {
  bson_error_t error{};
  Reply reply;
  if (!mongoc_collection_read_command_with_opts(collection(on).get(), command, prefs(), nullptr, reply.get(), &error)) {
    throw_driver_error(operation_.description_, error, reply.get());
  }
  return to_document(reply.get());
}

void Attempt::append_collation(bson_t* command) const {
  if (!exact_text_) return;
  bson_t collation;
  bson_append_document_begin(command, "collation", -1, &collation);
  append(&collation, "locale", std::string_view("simple"));
  bson_append_document_end(command, &collation);
}

Cursor Attempt::open(Collection in, const bson_t* filter, const bson_t* options) && {
  CollectionHandle found_in = collection(in);
  CursorHandle cursor = query(found_in, filter, options);
  return {std::move(client_), std::move(found_in), std::move(cursor)};
}

}  // namespace gridfs::detail
