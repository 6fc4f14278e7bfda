#include "bucket/files/files_lookup.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

// By their ids.
std::map<Value, Document> find_all(const Operation& operation, const bson_t* filter, const bson_t* options) {
  return operation.run([&](const Attempt& attempt) {
    std::map<Value, Document> result;
    attempt.find(Collection::files, filter, options, [&](const bson_t* found) {
      Document document = to_document(found);
      if (const auto id = document.find("_id")) result.emplace(*id, std::move(document));
    });
    return result;
  });
}

}  // namespace

std::vector<std::optional<Document>> look_up_files(const Operation& operation, std::span<const Value> ids) {
  Bson options;
  bson_t projection;
  bson_append_document_begin(options.get(), "projection", -1, &projection);
  for (const char* field : {"length", "chunkSize"}) append(&projection, field, std::int32_t{1});
  bson_append_document_end(options.get(), &projection);
  append(options.get(), "batchSize", static_cast<std::int32_t>(ids.size() + 1));  // all of them in the first reply

  std::vector<Value> shared;
  std::ranges::copy_if(ids, std::back_inserter(shared), &Value::fits_in_list);
  std::map<Value, Document> found;
  if (!shared.empty()) {
    Bson filter;
    append_any_of(filter.get(), "_id", shared);
    found = find_all(operation, filter.get(), options.get());
  }
  std::vector<std::optional<Document>> result(ids.size());
  std::set<const Value*> same_bytes;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto match = found.find(ids[i]);
    if (match == found.end()) continue;
    result[i] = match->second;
    same_bytes.insert(&match->first);
  }
  // An id may have another's value without having its bytes: 1 and 1.0 are the same to a server.
  const bool others = same_bytes.size() < found.size();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (result[i] || (ids[i].fits_in_list() && !others)) continue;
    auto file = operation.find_one(Collection::files, Equal("_id", ids[i]), options.get());
    if (file && is_same_id(ids[i], file->find("_id").value_or(Value()))) result[i] = std::move(file);
  }
  return result;
}

bool has_file(const Operation& operation, const Value& id) {
  return look_up_files(operation, std::span(&id, 1)).front().has_value();
}

bool may_have_file(const Operation& operation, const Value& id) {
  return operation.run_exact(
      [&](const Attempt& attempt) { return attempt.has_any(Collection::files, Equal("_id", id)); });
}

}  // namespace gridfs::detail
