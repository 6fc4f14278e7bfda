// Renaming, and what is done to all files of a name.
#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/bucket_impl.hpp"
#include "bucket/client/cursor.hpp"
#include "bucket/files/files_lookup.hpp"
#include "bucket/files/files_writes.hpp"
#include "bucket/files/names.hpp"

namespace gridfs {

namespace {

using detail::Bson;

constexpr std::int64_t ids_per_round = 1000;  // more might not fit memory

// The `_id`s of the files of a name that the primary has, at most ids_per_round of them.
std::vector<Value> ids_of_name(const Bucket::Impl& bucket, const std::string& doing, std::string_view filename) {
  Bson filter;
  detail::append(filter.get(), "filename", filename);
  return bucket.with_exact_text([&](bool exact) {
    Bson options;
    detail::append_projection(options.get(), "_id");
    detail::append(options.get(), "limit", ids_per_round);
    if (exact) detail::append_simple_collation(options.get());
    return bucket.client().with_retries(doing, [&](int /*attempt*/) {
      const auto client = bucket.client().acquire(doing, nullptr);
      std::vector<Value> ids;
      const auto collect = [&](const bson_t* found) {
        bson_iter_t iter;
        if (bson_iter_init_find(&iter, found, "_id")) ids.push_back(detail::to_value(iter));
      };
      detail::for_each_on_primary(bucket, bucket.files(client, detail::Reader::library), doing, filter.get(),
                                  options.get(), collect);
      return ids;
    });
  });
}

void set_filename(bson_t* update, std::string_view filename) {
  bson_t set;
  bson_append_document_begin(update, "$set", -1, &set);
  detail::append(&set, "filename", filename);
  bson_append_document_end(update, &set);
}

std::int64_t count_of_name(const Bucket& bucket, std::string_view filename) {
  FindOptions options;
  options.exact_text = true;
  options.projection = detail::document("_id", Value(std::int32_t{1}));
  FileCursor files = bucket.find(detail::document("filename", Value(filename)), options);
  while (files.next()) continue;
  return files.retrieved();
}

// Returns how many of them were there.
std::int64_t rename_all(const Bucket::Impl& bucket, const std::string& doing, std::span<const Value> ids,
                        std::string_view new_filename) {
  Bson update;
  set_filename(update.get(), new_filename);
  std::vector<Value> together;
  std::int64_t renamed = 0;
  for (const Value& id : ids) {
    if (ids.size() > 1 && detail::fits_in(id)) {
      together.push_back(id);
      continue;
    }
    Bson alone;
    detail::append_equal(alone.get(), "_id", id);
    renamed += detail::update_files_documents(bucket, doing, alone.get(), update.get(), detail::Many::one);
  }
  if (together.empty()) return renamed;
  Bson filter;
  detail::append_in(filter.get(), "_id", together);
  return renamed + detail::update_files_documents(bucket, doing, filter.get(), update.get(), detail::Many::several);
}

}  // namespace

void Bucket::delete_file(const Value& id) const {
  if (const auto error = delete_files(std::span(&id, 1)).front()) std::rethrow_exception(error);
}

std::int64_t Bucket::delete_by_name(std::string_view filename) const {
  const std::string doing = "removing " + detail::describe(filename);
  std::int64_t removed = 0;
  for (;;) {
    const auto ids = ids_of_name(*impl_, doing, filename);
    for (const auto& error : delete_files(ids)) {
      try {
        if (error) std::rethrow_exception(error);
        ++removed;
      } catch (const FileNotFound&) {
        // Another program has removed it.
      }
    }
    if (std::ssize(ids) < ids_per_round) break;
  }
  if (removed == 0) throw FileNotFound(detail::describe(filename) + ": no such file");
  return removed;
}

void Bucket::rename(const Value& id, std::string_view new_filename) const {
  detail::check_filename(new_filename);
  const std::string doing = "renaming " + detail::describe(id);
  // The server might take another text for the same.
  const bool is_another = detail::holds_text(id) && !detail::look_up_files(*impl_, doing, std::span(&id, 1)).front();
  if (is_another || rename_all(*impl_, doing, std::span(&id, 1), new_filename) == 0) {
    throw FileNotFound(detail::describe(id) + ": no such file");
  }
}

std::int64_t Bucket::rename_by_name(std::string_view filename, std::string_view new_filename) const {
  detail::check_filename(new_filename);
  const std::string doing = "renaming " + detail::describe(filename);
  std::int64_t renamed = 0;
  std::vector<Value> before;
  while (filename != new_filename) {
    auto ids = ids_of_name(*impl_, doing, filename);
    if (ids.empty()) break;
    if (ids == before) throw ServerError(doing + ": the server says that it is done, but the name is unchanged");
    const auto count = rename_all(*impl_, doing, ids, new_filename);
    renamed += count;
    // Where fewer were there, another program has removed some, or the server has not done it: it is asked again.
    if (count == std::ssize(ids) && count < ids_per_round) break;
    before = std::move(ids);
  }
  if (filename == new_filename) renamed = count_of_name(*this, filename);
  if (renamed == 0) throw FileNotFound(detail::describe(filename) + ": no such file");
  return renamed;
}

}  // namespace gridfs
