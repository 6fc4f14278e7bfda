#include "bucket/check/check_scans.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>
#include <vector>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_document.hpp"
#include "bucket/chunks/chunk_layout.hpp"

namespace gridfs::detail {

namespace {

struct TypeGroup {
  std::array<Value::Type, 4> types;
  const char* name;
};

constexpr Value::Type none{};

// The order of MongoDB's manual, "Comparison/Sort Order", with the names that `$type` takes.
constexpr std::array<TypeGroup, 11> type_order{{
    {{Value::Type::null, none, none, none}, "null"},
    {{Value::Type::int32, Value::Type::int64, Value::Type::double_, Value::Type::decimal128}, "number"},
    {{Value::Type::string, none, none, none}, "string"},
    {{Value::Type::document, none, none, none}, "object"},
    {{Value::Type::array, none, none, none}, "array"},
    {{Value::Type::binary, none, none, none}, "binData"},
    {{Value::Type::object_id, none, none, none}, "objectId"},
    {{Value::Type::boolean, none, none, none}, "bool"},
    {{Value::Type::date_time, none, none, none}, "date"},
    {{Value::Type::timestamp, none, none, none}, "timestamp"},
    {{Value::Type::regular_expression, none, none, none}, "regex"},
}};

// What is ordered behind a value. `$gt` alone compares within one type only.
Document behind(const std::string& key, const Value& last) {
  std::vector<Value> alternatives;
  alternatives.emplace_back(document(key, Value(document("$gt", last))));
  const auto* group = std::find_if(type_order.begin(), type_order.end(), [&](const TypeGroup& one) {
    return std::find(one.types.begin(), one.types.end(), last.type()) != one.types.end();
  });
  while (group != type_order.end() && ++group != type_order.end()) {
    alternatives.emplace_back(document(key, Value(document("$type", Value(group->name)))));
  }
  return document("$or", Value::array(alternatives));
}

// `{$cond: [{$eq: [{$type: "$data"}, "binData"]}, {$binarySize: "$data"}, -1]}`
Document size_expression() {
  const Value data("$data");
  const Value type(document("$type", data));
  const Value is_binary(document("$eq", Value::array({type, Value("binData")})));
  const Value size(document("$binarySize", data));
  return document("$cond", Value::array({is_binary, size, Value(std::int32_t{-1})}));
}

Document projection(bool with_server_sizes) {
  const Value wanted(std::int32_t{1});
  Document fields;
  fields.append("files_id", wanted).append("n", wanted);
  if (with_server_sizes) {
    fields.append("size", Value(size_expression()));
  } else {
    fields.append("data", wanted);
  }
  return fields;
}

// The server took the query, but did not compute what it was asked for.
class SizesUnknown : public std::exception {};

std::optional<std::int64_t> server_size(const bson_t* chunk) {
  bson_iter_t iter;
  const auto size = bson_iter_init_find(&iter, chunk, "size") ? whole_number(iter) : std::nullopt;
  if (!size) throw SizesUnknown();
  return *size < 0 ? std::nullopt : size;
}

ScannedChunk scanned(const bson_t* chunk, bool with_server_sizes) {
  const auto [n, data] = parse_chunk(chunk);
  ScannedChunk result{n, std::nullopt, chunk};
  if (with_server_sizes) {
    result.size = server_size(chunk);
  } else if (data) {
    result.size = std::ssize(*data);
  }
  return result;
}

}  // namespace

OrderedScan::OrderedScan(Operation operation, Collection over, std::string key, Document options)
    : operation_(std::move(operation)), over_(over), key_(std::move(key)), options_(std::move(options)) {}

const bson_t* OrderedScan::next() {
  const bson_t* found = operation_.next(cursor_, [this] {
    const Document filter = last_ ? behind(key_, *last_) : Document();
    return operation_.open(over_, BsonView(filter), BsonView(options_), Reader::caller);
  });
  bson_iter_t iter;
  if (found != nullptr && bson_iter_init_find(&iter, found, key_.c_str())) last_ = to_value(iter);
  return found;
}

void scan_chunks(CheckRun& run, const std::string& description, const ChunkScan& scan,
                 const std::function<void()>& restart, const std::function<void(const ScannedChunk&)>& step) {
  const bool server_sizes = run.server_knows_sizes && scan.sizes == Sizes::as_server_can;
  Document options;
  options.append("projection", Value(projection(server_sizes)));
  options.append("sort", Value(document("files_id", Value(std::int32_t{1})).append("n", Value(std::int32_t{1}))));
  constexpr std::int32_t many = 10'000;
  const auto with_data = plan_download(scan.chunk_size, many, 1).chunks_per_reply;
  options.append("batchSize", Value(server_sizes ? many : with_data));
  if (!run.chunks_are_indexed) options.append("allowDiskUse", Value(true));

  const Operation operation(run.bucket, description);
  const auto scan_once = [&](const Attempt& attempt) {
    restart();
    attempt.find(Collection::chunks, scan.filter, BsonView(options), [&](const bson_t* found) {
      operation.check();
      step(scanned(found, server_sizes));
    });
  };
  try {
    return operation.run(scan_once, scan.reader);
  } catch (const SizesUnknown&) {
    run.server_knows_sizes = false;
  } catch (const ServerError&) {
    if (!server_sizes) throw;
    run.server_knows_sizes = false;
  }
  scan_chunks(run, description, scan, restart, step);
}

}  // namespace gridfs::detail
