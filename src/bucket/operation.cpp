#include "bucket/operation.hpp"

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

Cursor Operation::open(Collection in, const bson_t* filter, const bson_t* options, Reader reader) const {
  return Attempt(*this, reader, false).open(in, filter, options);
}

const bson_t* Operation::next(mongoc_cursor_t* cursor) const {
  const bson_t* found = nullptr;
  while (!mongoc_cursor_next(cursor, &found)) {
    bson_error_t error{};
    const bson_t* reply = nullptr;
    if (mongoc_cursor_error_document(cursor, &error, &reply)) throw_driver_error(description_, error, reply);
    if (!mongoc_cursor_more(cursor)) return nullptr;
    check();
  }
  return found;
}

std::optional<Document> Operation::find_one(Collection in, const bson_t* filter, const bson_t* options,
                                            Reader reader) const {
  return run([&](const Attempt& attempt) { return attempt.find_one(in, filter, options); }, reader);
}

std::vector<Value> Operation::find_ids(Collection in, const bson_t* filter, std::int64_t limit) const {
  Bson options;
  append_projection(options.get(), "_id");
  append(options.get(), "limit", limit);
  return run_exact([&](const Attempt& attempt) {
    std::vector<Value> ids;
    attempt.find(in, filter, options.get(), [&](const bson_t* found) {
      bson_iter_t iter;
      if (bson_iter_init_find(&iter, found, "_id")) ids.push_back(to_value(iter));
    });
    return ids;
  });
}

std::int64_t Operation::remove(Collection from, const bson_t* filter) const {
  return run_exact([&](const Attempt& attempt) { return attempt.remove(from, filter); });
}

// `write(collection, reply, error)` sends it.
template <typename Write>
void Operation::write_files(const char* counted, WriteOutcome& outcome, Write write) const {
  run([&](const Attempt& attempt) {
    bson_error_t error{};
    Reply reply;
    const bool done = write(attempt.collection(Collection::files).get(), reply.get(), &error);
    try {
      if (!done) throw_driver_error(description_, error, reply.get());
    } catch (const Error& failure) {
      // Where only the write concern was not met, it is done, and where nobody says, it may be.
      const bool some_done = integer_field(reply.get(), counted) > 0;
      const bool refused = failure.server_code() != 0 || dynamic_cast<const AuthenticationError*>(&failure) != nullptr;
      outcome.uncertain = outcome.uncertain || some_done || !refused || may_have_been_done(failure);
      throw;
    }
    outcome.count = integer_field(reply.get(), counted);
  });
}

void Operation::remove_files(const bson_t* filter, Many many, WriteOutcome& outcome) const {
  write_files("deletedCount", outcome, [&](mongoc_collection_t* files, bson_t* reply, bson_error_t* error) {
    const auto remove = many == Many::one ? mongoc_collection_delete_one : mongoc_collection_delete_many;
    return remove(files, filter, nullptr, reply, error);
  });
}

std::int64_t Operation::update_files(const bson_t* filter, const bson_t* update, Many many) const {
  WriteOutcome outcome;
  write_files("matchedCount", outcome, [&](mongoc_collection_t* files, bson_t* reply, bson_error_t* error) {
    const auto change = many == Many::one ? mongoc_collection_update_one : mongoc_collection_update_many;
    return change(files, filter, update, nullptr, reply, error);
  });
  return outcome.count.value_or(0);
}

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
