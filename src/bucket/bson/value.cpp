#include <cstring>

#include "gridfs/document.hpp"
#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/bson/extended_json.hpp"

namespace gridfs {

namespace {

template <typename T>
Document hold(const T& value) {
  detail::Bson holder;
  detail::append(holder.get(), "", value);
  return detail::to_document(holder.get());
}

const Document& null_holder() {
  static const Document document = [] {
    detail::Bson bson;
    bson_append_null(bson.get(), "", 0);
    return detail::to_document(bson.get());
  }();
  return document;
}

std::optional<std::string> object_id_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_OID(&iter)) return std::nullopt;
  char hex[25];
  bson_oid_to_string(bson_iter_oid(&iter), hex);
  return std::string(hex);
}

std::string json_of(const Document& holder, detail::JsonForm form) {
  const std::string text = detail::to_extended_json(detail::BsonView(holder), form);
  // libbson prints `{ "" : VALUE }`.
  const auto begin = text.find_first_not_of(' ', text.find(':') + 1);
  const auto end = text.find_last_not_of(' ', text.rfind('}') - 1);
  return text.substr(begin, end - begin + 1);
}

}  // namespace

Value::Value() = default;
Value::Value(bool value) : holder_(hold(value)) {}
Value::Value(std::int32_t value) : holder_(hold(value)) {}
Value::Value(std::int64_t value) : holder_(hold(value)) {}
Value::Value(DateTime value) : holder_(hold(value)) {}
Value::Value(const Document& value) : holder_(hold(value)) {}
Value::Value(std::string_view value) : holder_(hold(value)) {}

Value::Value(double value) {
  detail::Bson holder;
  bson_append_double(holder.get(), "", 0, value);
  holder_ = detail::to_document(holder.get());
}

namespace {

Document hold_object_id(const bson_oid_t& oid) {
  detail::Bson holder;
  bson_append_oid(holder.get(), "", 0, &oid);
  return detail::to_document(holder.get());
}

}  // namespace

Value Value::array(const std::vector<Value>& elements) {
  detail::Bson array;
  std::size_t index = 0;
  for (const Value& element : elements) detail::append(array.get(), std::to_string(index++), element);
  detail::Bson holder;
  bson_append_array(holder.get(), "", 0, array.get());
  return from_holder(detail::to_document(holder.get()));
}

Value Value::new_object_id() {
  bson_oid_t oid;
  bson_oid_init(&oid, nullptr);
  return from_holder(hold_object_id(oid));
}

Value Value::object_id(std::string_view hex) {
  if (hex.size() != 24 || !bson_oid_is_valid(hex.data(), hex.size())) {
    throw ConfigurationError("not an ObjectId: 24 hexadecimal digits are");
  }
  bson_oid_t oid;
  bson_oid_init_from_string(&oid, std::string(hex).c_str());
  return from_holder(hold_object_id(oid));
}

Value Value::from_json(std::string_view json) {
  detail::Bson parsed;
  detail::parse_extended_json(json, parsed.get());
  return from_holder(detail::to_document(parsed.get()));
}

Value Value::from_holder(Document holder) {
  const detail::BsonView view(holder);
  bson_iter_t iter;
  Value result;
  if (!bson_iter_init(&iter, view) || !bson_iter_next(&iter) || BSON_ITER_HOLDS_NULL(&iter)) return result;
  if (bson_iter_key_len(&iter) == 0) {
    result.holder_ = std::move(holder);
  } else {
    detail::Bson renamed;
    bson_append_iter(renamed.get(), "", 0, &iter);
    result.holder_ = detail::to_document(renamed.get());
  }
  return result;
}

const Document& Value::holder() const noexcept { return holder_.empty() ? null_holder() : holder_; }

Value::Type Value::type() const noexcept {
  // The first byte of a document's first element, behind the length of the document, is the element's type.
  constexpr std::size_t length_prefix = 4;
  return static_cast<Type>(holder().bytes()[length_prefix]);
}

std::string Value::to_json() const { return json_of(holder(), detail::JsonForm::relaxed); }

std::string Value::to_canonical_json() const { return json_of(holder(), detail::JsonForm::canonical); }

std::optional<std::string> Value::as_string() const { return detail::field(holder(), "", detail::text_at); }

std::optional<bool> Value::as_bool() const { return detail::field(holder(), "", detail::bool_at); }

std::optional<DateTime> Value::as_date_time() const { return detail::field(holder(), "", detail::date_at); }

std::optional<Document> Value::as_document() const { return detail::field(holder(), "", detail::document_at); }

std::optional<std::string> Value::as_object_id() const { return detail::field(holder(), "", object_id_at); }

std::optional<std::vector<Value>> Value::as_array() const { return detail::field(holder(), "", detail::array_at); }

std::optional<std::int64_t> Value::as_integer() const { return detail::field(holder(), "", detail::whole_number); }

}  // namespace gridfs
