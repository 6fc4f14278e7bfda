#include "bucket/check/check_scans.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <limits>
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

// The order of MongoDB's manual, "Comparison/Sort Order", with the names that `$type` takes, as far as servers without
// `$expr` have these types.
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

// What is ordered behind a value, whatever type it has: unlike that of a query, the `$gt` of an expression compares
// values of all types, NaN among them.
Document behind(const std::string& key, const Value& last) {
  const Value literal(document("$literal", last));
  return document("$expr", Value(document("$gt", Value::array({Value("$" + key), literal}))));
}

bool is_nan(const Value& value) { return value.as_double() && std::isnan(*value.as_double()); }

// The same for a server that has no `$expr`. The `$gt` of a query compares within one type only.
Document behind_by_type(const std::string& key, const Value& last) {
  std::vector<Value> alternatives;
  const Value numbers(document("$gte", Value(-std::numeric_limits<double>::infinity())));  // all but NaN
  alternatives.emplace_back(document(key, is_nan(last) ? numbers : Value(document("$gt", last))));
  const auto* group = std::find_if(type_order.begin(), type_order.end(), [&](const TypeGroup& one) {
    return std::find(one.types.begin(), one.types.end(), last.type()) != one.types.end();
  });
  if (group == type_order.end())
    throw ServerError("the server does not tell what is ordered behind the id " + last.to_json());
  while (++group != type_order.end()) {
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

Document OrderedScan::filter() const {
  if (!last_) return {};
  return has_expressions_ ? behind(key_, *last_) : behind_by_type(key_, *last_);
}

const bson_t* OrderedScan::fetch() {
  try {
    return operation_.next(cursor_, [this] {
      picks_up_ = last_.has_value();
      return operation_.open(over_, BsonView(filter()), BsonView(options_), Reader::caller);
    });
  } catch (const ServerError&) {
    if (!picks_up_ || !has_expressions_) throw;
    has_expressions_ = false;
    cursor_.reset();
  }
  return fetch();
}

const bson_t* OrderedScan::next() {
  const bson_t* found = fetch();
  picks_up_ = false;
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
  const auto with_data = plan_download(scan.chunk_size, many, 1, run.bucket.options().memory_bytes).chunks_per_reply;
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
