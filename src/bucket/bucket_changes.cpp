// Deleting and renaming.
#include <algorithm>
#include <span>
#include <vector>

#include "bucket/bson_bridge.hpp"
#include "bucket/bucket_impl.hpp"
#include "bucket/cursor.hpp"
#include "bucket/names.hpp"
#include "bucket/stored_chunks.hpp"

namespace gridfs {

namespace {

using detail::Bson;
using detail::Reply;

// How many documents of the files collection a write matched.
struct Outcome {
  std::int64_t count = 0;
  // An attempt's answer was lost, so that a later one may have found its work done.
  bool uncertain = false;

  // Whether there was such a file, as far as can be known.
  [[nodiscard]] bool found() const noexcept { return count > 0 || uncertain; }
};

enum class Operation { delete_one, delete_many, update_one, update_many };

Outcome write_files(const Bucket::Impl& bucket, const std::string& doing, Operation operation, const bson_t* filter,
                    const bson_t* update = nullptr) {
  Outcome outcome;
  bucket.client().with_retries(doing, [&](int /*attempt*/) {
    const auto client = bucket.client().acquire(doing, nullptr);
    const auto files = bucket.files(client);
    bson_error_t error{};
    Reply reply;
    bool done = false;
    switch (operation) {
      case Operation::delete_one:
        done = mongoc_collection_delete_one(files.get(), filter, nullptr, reply.get(), &error);
        break;
      case Operation::delete_many:
        done = mongoc_collection_delete_many(files.get(), filter, nullptr, reply.get(), &error);
        break;
      case Operation::update_one:
        done = mongoc_collection_update_one(files.get(), filter, update, nullptr, reply.get(), &error);
        break;
      case Operation::update_many:
        done = mongoc_collection_update_many(files.get(), filter, update, nullptr, reply.get(), &error);
        break;
    }
    try {
      if (!done) detail::throw_driver_error(doing, error, reply.get());
    } catch (const detail::TransientError& lost) {
      // A server that says it is not the primary has done nothing; one that says nothing may have done it.
      outcome.uncertain = outcome.uncertain || lost.server_code() == 0;
      throw;
    }
    outcome.count = detail::integer_field(reply.get(), update == nullptr ? "deletedCount" : "matchedCount");
  });
  return outcome;
}

void set_filename(bson_t* update, std::string_view filename) {
  bson_t set;
  bson_append_document_begin(update, "$set", -1, &set);
  detail::append(&set, "filename", filename);
  bson_append_document_end(update, &set);
}

// The `_id`s of the files of a name, at most `most` of them: more might not fit memory.
std::vector<Value> ids_of_name(const Bucket::Impl& bucket, const std::string& doing, std::string_view filename,
                               std::int64_t most) {
  Bson filter;
  detail::append(filter.get(), "filename", filename);
  Bson options;
  detail::append_projection(options.get(), "_id");
  detail::append(options.get(), "limit", most);
  const detail::ReadPrefsHandle primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  return bucket.client().with_retries(doing, [&](int /*attempt*/) {
    const auto client = bucket.client().acquire(doing, primary.get());
    const auto files = bucket.files(client, detail::Reader::library);
    const detail::CursorHandle cursor(
        mongoc_collection_find_with_opts(files.get(), filter.get(), options.get(), primary.get()));
    std::vector<Value> ids;
    detail::for_each_document(bucket, cursor, doing, [&](const bson_t* found) {
      bson_iter_t iter;
      if (bson_iter_init_find(&iter, found, "_id")) ids.push_back(detail::to_value(iter));
    });
    return ids;
  });
}

// Removes files and their chunks: first the files documents, then the chunks, even where there was no such file. Then
// another program may be storing one under that `_id`.
Outcome remove_files(const Bucket::Impl& bucket, const std::string& doing, std::span<const Value> ids) {
  Bson files_filter;
  Bson chunks_filter;
  if (ids.size() == 1) {
    detail::append_equal(files_filter.get(), "_id", ids.front());
    detail::append_equal(chunks_filter.get(), "files_id", ids.front());
  } else {
    detail::append_in(files_filter.get(), "_id", ids);
    detail::append_of_files(chunks_filter.get(), ids);
  }
  const auto operation = ids.size() == 1 ? Operation::delete_one : Operation::delete_many;
  Outcome outcome = write_files(bucket, doing, operation, files_filter.get());
  if (outcome.uncertain) outcome.count = std::ssize(ids);
  if (outcome.count == std::ssize(ids)) {
    bucket.delete_chunks_of_removed_files(doing, chunks_filter.get());
  } else {
    for (const Value& id : ids) detail::delete_chunks_without_file(bucket, doing, id);
  }
  return outcome;
}

}  // namespace

void Bucket::delete_file(const Value& id) const {
  const Outcome outcome = remove_files(*impl_, "removing " + detail::describe(id), std::span(&id, 1));
  if (!outcome.found()) throw FileNotFound(detail::describe(id) + ": no such file");
}

std::int64_t Bucket::delete_by_name(std::string_view filename) const {
  constexpr std::int64_t ids_per_round = 1000;
  const std::string doing = "removing " + detail::describe(filename);
  std::int64_t removed = 0;
  for (;;) {
    const auto ids = ids_of_name(*impl_, doing, filename, ids_per_round);
    if (!std::all_of(ids.begin(), ids.end(), detail::fits_in)) {
      for (const Value& id : ids) removed += remove_files(*impl_, doing, std::span(&id, 1)).count;
    } else if (!ids.empty()) {
      removed += remove_files(*impl_, doing, ids).count;
    }
    if (static_cast<std::int64_t>(ids.size()) < ids_per_round) break;
  }
  if (removed == 0) throw FileNotFound(detail::describe(filename) + ": no such file");
  return removed;
}

void Bucket::rename(const Value& id, std::string_view new_filename) const {
  detail::check_filename(new_filename);
  Bson filter;
  detail::append_equal(filter.get(), "_id", id);
  Bson update;
  set_filename(update.get(), new_filename);
  const auto outcome =
      write_files(*impl_, "renaming " + detail::describe(id), Operation::update_one, filter.get(), update.get());
  if (outcome.count == 0) throw FileNotFound(detail::describe(id) + ": no such file");
}

std::int64_t Bucket::rename_by_name(std::string_view filename, std::string_view new_filename) const {
  detail::check_filename(new_filename);
  Bson filter;
  detail::append(filter.get(), "filename", filename);
  Bson update;
  set_filename(update.get(), new_filename);
  const std::string doing = "renaming " + detail::describe(filename);
  const auto outcome = write_files(*impl_, doing, Operation::update_many, filter.get(), update.get());
  if (outcome.count > 0) return outcome.count;
  // Where an answer was lost, the new name tells whether it was done.
  Bson renamed;
  detail::append(renamed.get(), "filename", new_filename);
  if (!outcome.uncertain || !impl_->find_one_file(doing, renamed.get(), nullptr, nullptr)) {
    throw FileNotFound(detail::describe(filename) + ": no such file");
  }
  return 0;
}

}  // namespace gridfs
