#include "bucket/files/indexes.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/bucket_impl.hpp"
#include "bucket/client/cursor.hpp"

namespace gridfs::detail {

namespace {

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

}  // namespace

bool has_index(const Bucket::Impl& bucket, mongoc_collection_t* collection, const std::array<const char*, 2>& keys,
               IndexKind kind, const std::string& doing) {
  const CursorHandle cursor(mongoc_collection_find_indexes_with_opts(collection, nullptr));
  constexpr int namespace_not_found = 26;
  try {
    while (const bson_t* index = next_document(bucket, cursor.get(), doing)) {
      if (has_keys(index, keys) && (kind == IndexKind::ordinary || is_unique(index))) return true;
    }
  } catch (const ServerError& error) {
    if (error.server_code() != namespace_not_found) throw;
  }
  return false;
}

bool ensure_index(const Bucket::Impl& bucket, mongoc_collection_t* collection, const std::array<const char*, 2>& keys,
                  IndexKind kind, const std::string& doing) {
  bool may_look = true;
  try {
    if (has_index(bucket, collection, keys, IndexKind::ordinary, doing)) return true;
  } catch (const AuthenticationError&) {
    may_look = false;  // but may still be allowed to make it
  }

  Bson command;
  append(command.get(), "createIndexes", std::string_view(mongoc_collection_get_name(collection)));
  bson_t indexes;
  bson_t index;
  bson_t key;
  bson_append_array_begin(command.get(), "indexes", -1, &indexes);
  bson_append_document_begin(&indexes, "0", -1, &index);
  bson_append_document_begin(&index, "key", -1, &key);
  for (const char* name : keys) append(&key, name, std::int32_t{1});
  bson_append_document_end(&index, &key);
  append(&index, "name", std::string_view(std::string(keys[0]) + "_1_" + keys[1] + "_1"));
  if (kind == IndexKind::unique) append(&index, "unique", true);
  bson_append_document_end(&indexes, &index);
  bson_append_array_end(command.get(), &indexes);

  bson_error_t error{};
  Reply reply;
  if (mongoc_collection_write_command_with_opts(collection, command.get(), nullptr, reply.get(), &error)) return true;
  try {
    throw_driver_error(doing + ": making the index of " + mongoc_collection_get_name(collection), error, reply.get());
  } catch (const AuthenticationError&) {
    if (may_look) throw;
  }
  return false;
}

}  // namespace gridfs::detail
