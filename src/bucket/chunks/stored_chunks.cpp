#include "bucket/chunks/stored_chunks.hpp"

#include <algorithm>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/files/files_lookup.hpp"

namespace gridfs::detail {

bool has_chunks(const Operation& operation, std::span<const Value> files_ids) {
  bool any = false;
  for_each_filter("files_id", files_ids, [&](const bson_t* filter, std::span<const Value> /*ids*/) {
    const auto has_any = [&](const Attempt& attempt) { return attempt.has_any(Collection::chunks, filter); };
    any = any || operation.run(has_any);
  });
  return any;
}

bool has_chunks(const Operation& operation, const Value& files_id) {
  return has_chunks(operation, std::span(&files_id, 1));
}

std::vector<std::size_t> absent_chunks(const Attempt& attempt, const ChunkBatch& batch) {
  Bson filter;
  append_in(filter.get(), "_id", batch.ids());
  Bson options;
  append_projection(options.get(), "_id");
  std::vector<bool> present(batch.size());
  attempt.find(Collection::chunks, filter.get(), options.get(), [&](const bson_t* found) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, found, "_id") || !BSON_ITER_HOLDS_OID(&iter)) return;
    if (const auto index = batch.index_of(*bson_iter_oid(&iter))) present[*index] = true;
  });

  std::vector<std::size_t> absent;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!present[i]) absent.push_back(i);
  }
  return absent;
}

std::int64_t count_chunks(const Attempt& attempt, const bson_t* filter) {
  Bson command;  // the command `count` needs no more than the index
  append(command.get(), "count", std::string_view(attempt.operation().bucket().name_of(Collection::chunks)));
  bson_append_document(command.get(), "query", -1, filter);
  const Document reply = attempt.read_command(Collection::chunks, command.get());
  return field(reply, "n", whole_number).value_or(0);
}

void delete_chunks_by_id(const Attempt& attempt, std::span<const bson_oid_t> ids) {
  constexpr std::size_t ids_per_delete = 1000;
  while (!ids.empty()) {
    const auto some = ids.first(std::min(ids.size(), ids_per_delete));
    ids = ids.subspan(some.size());
    Bson filter;
    append_in(filter.get(), "_id", some);
    attempt.remove(Collection::chunks, filter.get());
  }
}

void delete_chunks_without_file(const Operation& operation, const Value& id) {
  constexpr std::int64_t chunks_per_round = 1000;
  std::vector<Value> before;  // other programs may have given them `_id`s of any type
  for (;;) {
    auto chunks = operation.find_ids(Collection::chunks, Equal("files_id", id), chunks_per_round);
    // The same once more: the server does not find by their `_id`s what it has.
    if (chunks.empty() || chunks == before || may_have_file(operation, id)) return;
    for_each_filter("_id", chunks, [&](const bson_t* filter, std::span<const Value> /*ids*/) {
      operation.remove(Collection::chunks, filter);
    });
    if (std::ssize(chunks) < chunks_per_round) return;
    before = std::move(chunks);
  }
}

}  // namespace gridfs::detail
