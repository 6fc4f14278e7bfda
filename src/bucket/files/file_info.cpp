#include "gridfs/file_info.hpp"

#include <limits>

#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_layout.hpp"

namespace gridfs {

Value FileInfo::id() const {
  if (auto id = document_.find("_id")) return *std::move(id);
  throw CorruptFile("the files document has no _id");
}

std::optional<std::string> FileInfo::filename() const { return detail::field(document_, "filename", detail::text_at); }

std::int64_t FileInfo::length() const {
  const auto length = detail::field(document_, "length", detail::whole_number);
  if (!length) throw CorruptFile("the files document's length is missing or not a whole number");
  if (*length < 0) throw CorruptFile("the files document's length is negative");
  return *length;
}

std::int32_t FileInfo::chunk_size() const {
  const auto size = detail::field(document_, "chunkSize", detail::whole_number);
  if (!size) throw CorruptFile("the files document's chunkSize is missing or not a whole number");
  if (*size < 1 || *size > std::numeric_limits<std::int32_t>::max()) {
    throw CorruptFile("the files document's chunkSize is out of range");
  }
  return static_cast<std::int32_t>(*size);
}

std::int64_t FileInfo::chunk_count() const { return detail::chunk_count(length(), chunk_size()); }

std::optional<DateTime> FileInfo::upload_date() const {
  return detail::field(document_, "uploadDate", detail::date_at);
}

std::optional<Document> FileInfo::metadata() const { return detail::field(document_, "metadata", detail::document_at); }

std::optional<std::string> FileInfo::md5() const { return detail::field(document_, "md5", detail::text_at); }

std::vector<std::string> FileInfo::aliases() const {
  std::vector<std::string> aliases;
  for (const Value& alias : detail::field(document_, "aliases", detail::array_at).value_or(std::vector<Value>{})) {
    if (auto text = alias.as_string()) aliases.push_back(*std::move(text));
  }
  return aliases;
}

std::optional<std::string> FileInfo::content_type() const {
  if (const auto data = metadata()) {
    if (auto type = detail::field(*data, "contentType", detail::text_at)) return type;
  }
  return detail::field(document_, "contentType", detail::text_at);
}

}  // namespace gridfs
