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

}  // namespace gridfs::detail
