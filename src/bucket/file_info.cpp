#include "gridfs/file_info.hpp"

#include <limits>

#include "gridfs/error.hpp"

#include "bucket/chunk_layout.hpp"

namespace gridfs {

namespace {

template <typename T>
std::optional<T> field(const Document& document, std::string_view key, std::optional<T> (Value::*as)() const) {
  const auto value = document.find(key);
  return value ? ((*value).*as)() : std::nullopt;
}

}  // namespace

Value FileInfo::id() const {
  if (auto id = document_.find("_id")) return *std::move(id);
  throw CorruptFile("the files document has no _id");
}

std::optional<std::string> FileInfo::filename() const { return field(document_, "filename", &Value::as_string); }

std::int64_t FileInfo::length() const {
  const auto length = field(document_, "length", &Value::as_integer);
  if (!length) throw CorruptFile("the files document's length is missing or not a whole number");
  if (*length < 0) throw CorruptFile("the files document's length is negative");
  return *length;
}

std::int32_t FileInfo::chunk_size() const {
  const auto size = field(document_, "chunkSize", &Value::as_integer);
  if (!size) throw CorruptFile("the files document's chunkSize is missing or not a whole number");
  if (*size < 1 || *size > std::numeric_limits<std::int32_t>::max()) {
    throw CorruptFile("the files document's chunkSize is out of range");
  }
  return static_cast<std::int32_t>(*size);
}

std::int64_t FileInfo::chunk_count() const { return detail::chunk_count(length(), chunk_size()); }

std::optional<DateTime> FileInfo::upload_date() const { return field(document_, "uploadDate", &Value::as_date_time); }

std::optional<Document> FileInfo::metadata() const { return field(document_, "metadata", &Value::as_document); }

std::optional<std::string> FileInfo::md5() const { return field(document_, "md5", &Value::as_string); }

std::vector<std::string> FileInfo::aliases() const {
  std::vector<std::string> aliases;
  for (const Value& alias : field(document_, "aliases", &Value::as_array).value_or(std::vector<Value>{})) {
    if (auto text = alias.as_string()) aliases.push_back(*std::move(text));
  }
  return aliases;
}

std::optional<std::string> FileInfo::content_type() const {
  if (const auto data = metadata()) {
    if (auto type = field(*data, "contentType", &Value::as_string)) return type;
  }
  return field(document_, "contentType", &Value::as_string);
}

}  // namespace gridfs
