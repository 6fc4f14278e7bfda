// Renaming, metadata, and what is done to all files of a name.
#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/files/files_lookup.hpp"
#include "bucket/files/names.hpp"
#include "bucket/operation.hpp"

namespace gridfs {

namespace {

using detail::Bson;

constexpr std::int64_t ids_per_round = 1000;  // more might not fit memory

// The `_id`s of the files of a name that the primary has, at most ids_per_round of them.
std::vector<Value> ids_of_name(const detail::Operation& operation, std::string_view filename) {
  Bson filter;
  detail::append(filter.get(), "filename", filename);
  return operation.find_ids(detail::Collection::files, filter.get(), ids_per_round);
}

Document setting(std::string_view field, const Value& value) {
  return detail::document("$set", Value(detail::document(field, value)));
}

// By one update, which can be made again.
void update_file(const detail::Operation& operation, const Value& id, const Document& update) {
  // The server might take another text for the same.
  const bool is_another = detail::holds_text(id) && !detail::has_file(operation, id);
  if (is_another ||
      operation.update_files(detail::Equal("_id", id), detail::BsonView(update), detail::Many::one) == 0) {
    throw FileNotFound(detail::describe(id) + ": no such file");
  }
}

// Nothing can be set in metadata that is null, which is the same as none.
void remove_null_metadata(const detail::Operation& operation, const Value& id) {
  Bson filter;
  detail::append_equal(filter.get(), "_id", id);
  detail::append(filter.get(), "metadata",
                 detail::document("$type", Value(static_cast<std::int32_t>(Value::Type::null))));
  const Document update = detail::document("$unset", Value(detail::document("metadata", Value(true))));
  operation.update_files(filter.get(), detail::BsonView(update), detail::Many::one);
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
std::int64_t rename_all(const detail::Operation& operation, std::span<const Value> ids, std::string_view new_filename) {
  const Document update = setting("filename", Value(new_filename));
  std::int64_t renamed = 0;
  detail::for_each_filter("_id", ids, [&](const bson_t* filter, std::span<const Value> some) {
    const auto many = some.size() == 1 ? detail::Many::one : detail::Many::several;
    renamed += operation.update_files(filter, detail::BsonView(update), many);
  });
  return renamed;
}

}  // namespace

void Bucket::delete_file(const Value& id) const {
  if (const auto error = delete_files(std::span(&id, 1)).front()) std::rethrow_exception(error);
}

std::int64_t Bucket::delete_by_name(std::string_view filename) const {
  const detail::Operation operation(*impl_, "removing " + detail::describe(filename));
  std::int64_t removed = 0;
  for (;;) {
    const auto ids = ids_of_name(operation, filename);
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
  update_file(detail::Operation(*impl_, "renaming " + detail::describe(id)), id,
              setting("filename", Value(new_filename)));
}

void Bucket::update_metadata(const Value& id, const Document& set, std::span<const std::string> unset) const {
  Document values;
  for (const auto& [path, value] : set.fields()) values.append("metadata." + path, value);
  Document removed;
  for (const std::string& path : unset) removed.append("metadata." + path, Value(true));
  Document update;
  if (!values.empty()) update.append("$set", Value(values));
  if (!removed.empty()) update.append("$unset", Value(removed));
  if (update.empty()) throw ConfigurationError("there is nothing to change");
  const detail::Operation operation(*impl_, "changing the metadata of " + detail::describe(id));
  try {
    update_file(operation, id, update);
  } catch (const ServerError&) {
    remove_null_metadata(operation, id);
    update_file(operation, id, update);
  }
}

void Bucket::replace_metadata(const Value& id, const Document& metadata) const {
  update_file(detail::Operation(*impl_, "replacing the metadata of " + detail::describe(id)), id,
              setting("metadata", Value(metadata)));
}

std::int64_t Bucket::rename_by_name(std::string_view filename, std::string_view new_filename) const {
  detail::check_filename(new_filename);
  const detail::Operation operation(*impl_, "renaming " + detail::describe(filename));
  std::int64_t renamed = 0;
  std::vector<Value> before;
  while (filename != new_filename) {
    auto ids = ids_of_name(operation, filename);
    if (ids.empty()) break;
    if (ids == before)
      throw ServerError(operation.description() + ": the server says that it is done, but the name is unchanged");
    const auto count = rename_all(operation, ids, new_filename);
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
