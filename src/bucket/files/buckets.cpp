#include "gridfs/buckets.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/operation.hpp"

namespace gridfs {

namespace {

constexpr std::string_view files_suffix = ".files";

// All collections that may be files collections; the server needs no right to list the others.
Document list_collections_command() {
  const auto all_in_one_reply = std::numeric_limits<std::int32_t>::max();
  Document filter = detail::document("name", Value(RegularExpression{R"(\.files$)", ""}));
  filter.append("type", Value("collection"));
  Document command = detail::document("listCollections", Value(std::int32_t{1}));
  command.append("filter", Value(filter)).append("nameOnly", Value(true)).append("authorizedCollections", Value(true));
  return command.append("cursor", Value(detail::document("batchSize", Value(all_in_one_reply))));
}

// Of the documents in an array.
std::vector<std::string> names_in(const Document& reply, std::string_view array) {
  std::vector<std::string> names;
  for (const Value& found : reply.find(array).value_or(Value()).as_array().value_or(std::vector<Value>())) {
    auto name = found.as_document().value_or(Document()).find("name").value_or(Value()).as_string();
    if (name) names.push_back(*std::move(name));
  }
  return names;
}

Document run(const detail::Operation& operation, const Document& command) {
  return operation.run(
      [&](const detail::Attempt& attempt) {
        return attempt.read_command(detail::Collection::files, detail::BsonView(command));
      },
      detail::Reader::caller);
}

}  // namespace

std::vector<std::string> database_names(Client& client) {
  BucketOptions options;
  options.read_preference = ReadPreference{ReadPreference::Mode::secondary_preferred, {}, {}};
  const Bucket admin(client, "admin", options);
  const detail::Operation operation(Bucket::Impl::of(admin), "listing databases");
  const Document command = detail::document("listDatabases", Value(std::int32_t{1})).append("nameOnly", Value(true));
  auto names = names_in(run(operation, command), "databases");
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> bucket_names(const Bucket& bucket) {
  const detail::Operation operation(Bucket::Impl::of(bucket), "listing buckets");
  const Document reply = run(operation, list_collections_command());
  const Document cursor = reply.find("cursor").value_or(Value()).as_document().value_or(Document());
  if (cursor.find("id").value_or(Value()).as_integer() != 0)
    throw ServerError(operation.description() + ": there are more than fit in one reply");
  std::vector<std::string> names;
  for (std::string& name : names_in(cursor, "firstBatch")) {
    if (!name.ends_with(files_suffix) || name.starts_with("system.")) continue;
    name.resize(name.size() - files_suffix.size());
    if (!name.empty()) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

BucketSize bucket_size(const Bucket& bucket, const std::string& name) {
  const detail::Operation operation(Bucket::Impl::of(bucket), "measuring the bucket " + name);
  const auto statistic = [&](const std::string& collection, const char* key) {
    const Document reply = run(operation, detail::document("collStats", Value(name + collection)));
    return reply.find(key).value_or(Value()).as_integer().value_or(0);
  };
  return {name, statistic(".files", "count"), statistic(".chunks", "size")};
}

}  // namespace gridfs
