#include "bucket/chunks/stored_chunks.hpp"

#include <algorithm>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/client/cursor.hpp"
#include "bucket/files/files_lookup.hpp"

namespace gridfs::detail {

namespace {

// The `_id`s of some chunks of a files_id; other programs may have given them any type.
std::vector<Value> some_chunks(const Bucket::Impl& bucket, const std::string& doing, const Value& files_id,
                               std::int64_t most, bool exact_text) {
  Bson filter;
  append_equal(filter.get(), "files_id", files_id);
  Bson options;
  append_projection(options.get(), "_id");
  append(options.get(), "limit", most);
  if (exact_text) append_simple_collation(options.get());
  return bucket.client().with_retries(doing, [&](int /*attempt*/) {
    const auto client = bucket.client().acquire(doing, nullptr);
    std::vector<Value> ids;
    const auto collect = [&](const bson_t* found) {
      bson_iter_t iter;
      if (bson_iter_init_find(&iter, found, "_id")) ids.push_back(to_value(iter));
    };
    for_each_on_primary(bucket, bucket.chunks(client, Reader::library), doing, filter.get(), options.get(), collect);
    return ids;
  });
}

void delete_chunks_by_value(const Bucket::Impl& bucket, const std::string& doing, std::span<const Value> ids) {
  std::vector<Value> together;
  for (const Value& id : ids) {
    if (fits_in(id)) {
      together.push_back(id);
      continue;
    }
    Bson alone;
    append_equal(alone.get(), "_id", id);
    bucket.delete_chunks(doing, alone.get(), Urgency::work);
  }
  Bson filter;
  append_in(filter.get(), "_id", together);
  if (!together.empty()) bucket.delete_chunks(doing, filter.get(), Urgency::work);
}

}  // namespace

std::vector<std::size_t> absent_chunks(const Bucket::Impl& bucket, const std::string& doing, const PooledClient& client,
                                       const ChunkBatch& batch) {
  Bson filter;
  append_in(filter.get(), "_id", batch.ids());
  Bson options;
  append_projection(options.get(), "_id");
  std::vector<bool> present(batch.size());
  const auto note = [&](const bson_t* found) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, found, "_id") || !BSON_ITER_HOLDS_OID(&iter)) return;
    if (const auto index = batch.index_of(*bson_iter_oid(&iter))) present[*index] = true;
  };
  for_each_on_primary(bucket, bucket.chunks(client, Reader::library), doing, filter.get(), options.get(), note);

  std::vector<std::size_t> absent;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!present[i]) absent.push_back(i);
  }
  return absent;
}

std::int64_t count_chunks(const Bucket::Impl& bucket, const std::string& doing, const bson_t* filter) {
  const auto client = bucket.client().acquire(doing, nullptr);
  const auto chunks = bucket.chunks(client, Reader::library);
  Bson command;  // the command `count` needs no more than the index
  append(command.get(), "count", std::string_view(mongoc_collection_get_name(chunks.get())));
  bson_append_document(command.get(), "query", -1, filter);
  const ReadPrefsHandle primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  bson_error_t error{};
  Reply reply;
  if (!mongoc_collection_read_command_with_opts(chunks.get(), command.get(), primary.get(), nullptr, reply.get(),
                                                &error)) {
    throw_driver_error(doing, error, reply.get());
  }
  return integer_field(reply.get(), "n");
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

void delete_chunks_without_file(const Bucket::Impl& bucket, const std::string& doing, const Value& id) {
  constexpr std::int64_t chunks_per_round = 1000;
  std::vector<Value> before;
  for (;;) {
    auto chunks =
        bucket.with_exact_text([&](bool exact) { return some_chunks(bucket, doing, id, chunks_per_round, exact); });
    // The same once more: the server does not find by their `_id`s what it has.
    if (chunks.empty() || chunks == before) return;
    if (look_up_files(bucket, doing, std::span(&id, 1)).front()) return;
    delete_chunks_by_value(bucket, doing, chunks);
    if (std::ssize(chunks) < chunks_per_round) return;
    before = std::move(chunks);
  }
}

}  // namespace gridfs::detail
