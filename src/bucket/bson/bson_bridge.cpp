#include "bucket/bson/bson_bridge.hpp"

#include <algorithm>
#include <cmath>

#include "gridfs/error.hpp"

namespace gridfs::detail {

namespace {

void require_appended(bool appended) {
  if (!appended) throw ConfigurationError("a document would exceed BSON's limit of 2 GiB");
}

int length_of(std::string_view text) {
  if (text.size() > BSON_MAX_SIZE) throw ConfigurationError("a text exceeds BSON's limit of 2 GiB");
  return static_cast<int>(text.size());
}

// bson_append_utf8 rejects NULL even with length 0.
const char* data_of(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }

}  // namespace

BsonView::BsonView(const Document& document) {
  const auto bytes = document.bytes();
  if (!bson_init_static(&bson_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size())) {
    throw CorruptFile("not a BSON document");
  }
}

std::vector<BsonRef> views_of(std::span<const Document> documents) {
  std::vector<BsonRef> views(documents.size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto bytes = documents[i].bytes();
    bson_init_static(&views[i].bson, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  return views;
}

Document to_document(const bson_t* bson) {
  return Document::from_bytes(std::as_bytes(std::span(bson_get_data(bson), bson->len)));
}

Value to_value(const bson_iter_t& iter) {
  Bson holder;
  if (!bson_append_iter(holder.get(), "", 0, &iter)) throw CorruptFile("a document holds an invalid BSON value");
  return Value::Holder::take(to_document(holder.get()));
}

void append(bson_t* bson, std::string_view key, const Value& value) {
  const BsonView holder(Value::Holder::of(value));
  bson_iter_t iter;
  bson_iter_init(&iter, holder);
  bson_iter_next(&iter);
  require_appended(bson_append_iter(bson, data_of(key), length_of(key), &iter));
}

void append(bson_t* bson, std::string_view key, const Document& value) {
  require_appended(bson_append_document(bson, data_of(key), length_of(key), BsonView(value)));
}

void append(bson_t* bson, std::string_view key, std::string_view value) {
  require_appended(bson_append_utf8(bson, data_of(key), length_of(key), data_of(value), length_of(value)));
}

void append(bson_t* bson, std::string_view key, std::int32_t value) {
  require_appended(bson_append_int32(bson, data_of(key), length_of(key), value));
}

void append(bson_t* bson, std::string_view key, std::int64_t value) {
  require_appended(bson_append_int64(bson, data_of(key), length_of(key), value));
}

void append(bson_t* bson, std::string_view key, bool value) {
  require_appended(bson_append_bool(bson, data_of(key), length_of(key), value));
}

void append(bson_t* bson, std::string_view key, DateTime value) {
  require_appended(bson_append_date_time(bson, data_of(key), length_of(key), value.time_since_epoch().count()));
}

Document document(std::string_view key, const Value& value) {
  Document result;
  result.append(key, value);
  return result;
}

void append_equal(bson_t* filter, const char* key, const Value& id) {
  bson_t condition;
  bson_append_document_begin(filter, key, -1, &condition);
  append(&condition, "$eq", id);
  bson_append_document_end(filter, &condition);
}

void append_in(bson_t* filter, const char* key, std::span<const bson_oid_t> ids) {
  bson_t condition;
  bson_t array;
  bson_append_document_begin(filter, key, -1, &condition);
  bson_append_array_begin(&condition, "$in", -1, &array);
  std::size_t index = 0;
  for (const bson_oid_t& id : ids) bson_append_oid(&array, std::to_string(index++).c_str(), -1, &id);
  bson_append_array_end(&condition, &array);
  bson_append_document_end(filter, &condition);
}

void append_any_of(bson_t* filter, const char* key, std::span<const Value> ids) {
  if (ids.size() == 1) return append_equal(filter, key, ids.front());
  bson_t condition;
  bson_t array;
  bson_append_document_begin(filter, key, -1, &condition);
  const auto is_object_id = [](const Value& id) { return id.type() == Value::Type::object_id; };
  if (std::string_view(key) == "files_id" && std::all_of(ids.begin(), ids.end(), is_object_id)) {
    const auto [least, greatest] = std::minmax_element(
        ids.begin(), ids.end(), [](const Value& a, const Value& b) { return a.as_object_id() < b.as_object_id(); });
    append(&condition, "$gte", *least);
    append(&condition, "$lte", *greatest);
  }
  bson_append_array_begin(&condition, "$in", -1, &array);
  std::size_t index = 0;
  for (const Value& id : ids) append(&array, std::to_string(index++), id);
  bson_append_array_end(&condition, &array);
  bson_append_document_end(filter, &condition);
}

void for_each_filter(const char* key, std::span<const Value> ids,
                     const std::function<void(const bson_t*, std::span<const Value>)>& step) {
  std::vector<Value> together;
  for (const Value& id : ids) {
    if (id.fits_in_list()) {
      together.push_back(id);
    } else {
      step(Equal(key, id), std::span(&id, 1));
    }
  }
  if (together.empty()) return;
  Bson filter;
  append_any_of(filter.get(), key, together);
  step(filter.get(), together);
}

void append_sort(bson_t* options, const char* field, std::int32_t direction) {
  bson_t sort;
  bson_append_document_begin(options, "sort", -1, &sort);
  append(&sort, field, direction);
  bson_append_document_end(options, &sort);
}

bool holds_text(const Value& id) noexcept {
  constexpr auto symbol = Value::Type{0x0E};
  const auto type = id.type();
  return type == Value::Type::string || type == symbol || type == Value::Type::document || type == Value::Type::array;
}

bool is_same_id(const Value& asked, const Value& found) { return !holds_text(asked) || asked == found; }

void append_projection(bson_t* options, const char* field) {
  bson_t projection;
  bson_append_document_begin(options, "projection", -1, &projection);
  bson_append_int32(&projection, field, -1, 1);
  bson_append_document_end(options, &projection);
}

std::int64_t integer_field(const bson_t* bson, const char* key) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, bson, key) ? whole_number(iter).value_or(0) : 0;
}

std::optional<std::string> text_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_UTF8(&iter)) return std::nullopt;
  std::uint32_t length = 0;
  const char* text = bson_iter_utf8(&iter, &length);
  return std::string(text, length);
}

std::optional<bool> bool_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_BOOL(&iter)) return std::nullopt;
  return bson_iter_bool(&iter);
}

std::optional<DateTime> date_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_DATE_TIME(&iter)) return std::nullopt;
  return DateTime(std::chrono::milliseconds(bson_iter_date_time(&iter)));
}

std::optional<Document> document_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_DOCUMENT(&iter)) return std::nullopt;
  std::uint32_t length = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_document(&iter, &length, &data);
  return Document::from_bytes(std::as_bytes(std::span(data, length)));
}

std::optional<std::vector<Value>> array_at(const bson_iter_t& iter) {
  bson_iter_t element;
  if (!BSON_ITER_HOLDS_ARRAY(&iter) || !bson_iter_recurse(&iter, &element)) return std::nullopt;
  std::vector<Value> elements;
  while (bson_iter_next(&element)) elements.push_back(to_value(element));
  return elements;
}

std::optional<std::int64_t> whole_number(const bson_iter_t& iter) {
  switch (bson_iter_type(&iter)) {
    case BSON_TYPE_INT32:
      return bson_iter_int32(&iter);
    case BSON_TYPE_INT64:
      return bson_iter_int64(&iter);
    case BSON_TYPE_DOUBLE: {
      const double number = bson_iter_double(&iter);
      // 2^63 is the first double beyond int64.
      if (std::trunc(number) == number && number >= -0x1p63 && number < 0x1p63)
        return static_cast<std::int64_t>(number);
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace gridfs::detail
