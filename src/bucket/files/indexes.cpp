#include "bucket/files/indexes.hpp"

#include <array>
#include <string_view>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/client/driver_log.hpp"

namespace gridfs::detail {

namespace {

struct Index {
  std::array<const char*, 2> keys;
  const char* name;
  bool is_unique;
};

constexpr Index index_of(Collection collection) {
  return collection == Collection::files ? Index{{"filename", "uploadDate"}, "filename_1_uploadDate_1", false}
                                         : Index{{"files_id", "n"}, "files_id_1_n_1", true};
}

bool has_keys(const bson_t* index, const std::array<const char*, 2>& keys) {
  bson_iter_t iter;
  bson_iter_t key;
  if (!bson_iter_init_find(&iter, index, "key") || !bson_iter_recurse(&iter, &key)) return false;
  for (const char* name : keys) {
    if (!bson_iter_next(&key) || bson_iter_key(&key) != std::string_view(name) || whole_number(key) != 1) return false;
  }
  return !bson_iter_next(&key);
}

bool is_unique(const bson_t* index) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, index, "unique") && bson_iter_as_bool(&iter);
}

bool has_index(const Attempt& attempt, Collection of, bool must_be_unique) {
  const CollectionHandle collection = attempt.collection(of);
  const CursorHandle cursor(mongoc_collection_find_indexes_with_opts(collection.get(), nullptr));
  constexpr int namespace_not_found = 26;
  try {
    while (const bson_t* index = attempt.operation().next(cursor.get())) {
      if (has_keys(index, index_of(of).keys) && (!must_be_unique || is_unique(index))) return true;
    }
  } catch (const ServerError& error) {
    if (error.server_code() != namespace_not_found) throw;
  }
  return false;
}

// False where the user may neither look nor make it, so that it is not known.
bool ensure_index(const Attempt& attempt, Collection of) {
  bool may_look = true;
  try {
    if (has_index(attempt, of, false)) return true;
  } catch (const AuthenticationError&) {
    may_look = false;  // but may still be allowed to make it
  }

  const std::string& name = attempt.operation().bucket().name_of(of);
  Bson command;
  append(command.get(), "createIndexes", std::string_view(name));
  bson_t indexes;
  bson_t index;
  bson_t key;
  bson_append_array_begin(command.get(), "indexes", -1, &indexes);
  bson_append_document_begin(&indexes, "0", -1, &index);
  bson_append_document_begin(&index, "key", -1, &key);
  for (const char* field : index_of(of).keys) append(&key, field, std::int32_t{1});
  bson_append_document_end(&index, &key);
  append(&index, "name", std::string_view(index_of(of).name));
  if (index_of(of).is_unique) append(&index, "unique", true);
  bson_append_document_end(&indexes, &index);
  bson_append_array_end(command.get(), &indexes);

  bson_error_t error{};
  Reply reply;
  if (mongoc_collection_write_command_with_opts(attempt.collection(of).get(), command.get(), nullptr, reply.get(),
                                                &error)) {
    return true;
  }
  try {
    throw_driver_error(attempt.operation().description() + ": making the index of " + name, error, reply.get());
  } catch (const AuthenticationError&) {
    if (may_look) throw;
  }
  return false;
}

}  // namespace

bool has_index(const Attempt& attempt, Collection of) { return has_index(attempt, of, index_of(of).is_unique); }

void make_indexes(const Attempt& attempt) {
  const Bson all;
  if (attempt.has_any(Collection::files, all.get())) return;
  const bool files_have_it = ensure_index(attempt, Collection::files);
  const bool chunks_have_it = ensure_index(attempt, Collection::chunks);
  if (files_have_it && chunks_have_it) return;
  log(LogLevel::warning, attempt.operation().description() +
                             ": not authorized to see or to make the indexes of the bucket: whether they are there is "
                             "not known");
}

}  // namespace gridfs::detail
