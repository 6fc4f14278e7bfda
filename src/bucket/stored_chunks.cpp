#include "bucket/stored_chunks.hpp"

#include <algorithm>

#include "bucket/bson_bridge.hpp"

namespace gridfs::detail {

std::vector<std::size_t> absent_chunks(const Bucket::Impl& bucket, const std::string& doing, const PooledClient& client,
                                       const ChunkBatch& batch) {
  Bson filter;
  append_in(filter.get(), "_id", batch.ids());
  Bson options;
  append_projection(options.get(), "_id");
  const ReadPrefsHandle primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  const auto chunks = bucket.chunks(client, Reader::library);
  const CursorHandle cursor(mongoc_collection_find_with_opts(chunks.get(), filter.get(), options.get(), primary.get()));

  std::vector<bool> present(batch.size());
  const bson_t* found = nullptr;
  while (mongoc_cursor_next(cursor.get(), &found)) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, found, "_id") || !BSON_ITER_HOLDS_OID(&iter)) continue;
    if (const auto index = batch.index_of(*bson_iter_oid(&iter))) present[*index] = true;
  }
  check_cursor(cursor.get(), doing);

  std::vector<std::size_t> absent;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!present[i]) absent.push_back(i);
  }
  return absent;
}

void delete_chunks_by_id(const Bucket::Impl& bucket, const std::string& doing, const PooledClient& client,
                         std::span<const bson_oid_t> ids) {
  constexpr std::size_t ids_per_delete = 1000;
  const auto chunks = bucket.chunks(client);
  while (!ids.empty()) {
    const auto some = ids.first(std::min(ids.size(), ids_per_delete));
    ids = ids.subspan(some.size());
    Bson filter;
    append_in(filter.get(), "_id", some);
    bson_error_t error{};
    Reply reply;
    if (!mongoc_collection_delete_many(chunks.get(), filter.get(), nullptr, reply.get(), &error)) {
      throw_driver_error(doing, error, reply.get());
    }
  }
}

}  // namespace gridfs::detail
