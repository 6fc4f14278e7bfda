#include "gridfs/value.hpp"

#include <array>
#include <charconv>
#include <string_view>

#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/bson/extended_json.hpp"

namespace gridfs {

namespace {

// The document to which `append(bson)` has appended a value without a name.
template <typename Append>
Document holder_by(Append append) {
  detail::Bson holder;
  append(holder.get());
  return detail::to_document(holder.get());
}

template <typename T>
Document hold(const T& value) {
  return holder_by([&](bson_t* holder) { detail::append(holder, "", value); });
}

Document hold_object_id(const bson_oid_t& oid) {
  return holder_by([&](bson_t* holder) { bson_append_oid(holder, "", 0, &oid); });
}

const Document& null_holder() {
  static const Document document = holder_by([](bson_t* holder) { bson_append_null(holder, "", 0); });
  return document;
}

std::optional<std::string> object_id_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_OID(&iter)) return std::nullopt;
  std::array<char, 25> hex{};
  bson_oid_to_string(bson_iter_oid(&iter), hex.data());
  return std::string(hex.data());
}

constexpr std::uint8_t uuid_subtype = 4;
constexpr std::size_t uuid_bytes = 16;
constexpr std::size_t uuid_text = 36;

std::optional<double> double_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_DOUBLE(&iter)) return std::nullopt;
  return bson_iter_double(&iter);
}

std::optional<Binary> binary_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_BINARY(&iter)) return std::nullopt;
  bson_subtype_t subtype{};
  std::uint32_t length = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_binary(&iter, &subtype, &length, &data);
  const auto bytes = std::as_bytes(std::span(data, length));
  return Binary{{bytes.begin(), bytes.end()}, static_cast<std::uint8_t>(subtype)};
}

std::optional<RegularExpression> regular_expression_at(const bson_iter_t& iter) {
  if (!BSON_ITER_HOLDS_REGEX(&iter)) return std::nullopt;
  const char* options = nullptr;
  const char* pattern = bson_iter_regex(&iter, &options);
  return RegularExpression{pattern, options};
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

Value::Value(double value) : holder_(holder_by([&](bson_t* holder) { bson_append_double(holder, "", 0, value); })) {}

Value Value::array(const std::vector<Value>& elements) {
  detail::Bson array;
  std::size_t index = 0;
  for (const Value& element : elements) detail::append(array.get(), std::to_string(index++), element);
  return Holder::take(holder_by([&](bson_t* holder) { bson_append_array(holder, "", 0, array.get()); }));
}

Value::Value(const Binary& value) {
  holder_ = holder_by([&](bson_t* holder) {
    const bool appended = value.bytes.size() <= BSON_MAX_SIZE &&
                          bson_append_binary(holder, "", 0, static_cast<bson_subtype_t>(value.subtype),
                                             reinterpret_cast<const std::uint8_t*>(value.bytes.data()),
                                             static_cast<std::uint32_t>(value.bytes.size()));
    if (!appended) throw ConfigurationError("binary data exceed BSON's limit of 2 GiB");
  });
}

Value::Value(const RegularExpression& value) {
  if ((value.pattern + value.options).find('\0') != std::string::npos) {
    throw ConfigurationError("a regular expression must not hold NUL");
  }
  holder_ = holder_by(
      [&](bson_t* holder) { bson_append_regex(holder, "", 0, value.pattern.c_str(), value.options.c_str()); });
}

Value Value::uuid(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_hyphen = text.size() == uuid_text && text[i] == '-' && (i == 8 || i == 13 || i == 18 || i == 23);
    if (!is_hyphen) digits += text[i];
  }
  Binary value{{}, uuid_subtype};
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned byte = 0;
    const char* const end = digits.data() + i + 2;
    if (std::from_chars(digits.data() + i, end, byte, 16).ptr != end) break;
    value.bytes.push_back(static_cast<std::byte>(byte));
  }
  if (digits.size() != 2 * uuid_bytes || value.bytes.size() != uuid_bytes) {
    throw ConfigurationError("invalid UUID: expected 32 hexadecimal digits");
  }
  return Value(value);
}

Value Value::new_object_id() {
  bson_oid_t oid;
  bson_oid_init(&oid, nullptr);
  return Holder::take(hold_object_id(oid));
}

Value Value::object_id(std::string_view hex) {
  if (hex.size() != 24 || !bson_oid_is_valid(hex.data(), hex.size())) {
    throw ConfigurationError("invalid ObjectId: expected 24 hexadecimal digits");
  }
  bson_oid_t oid;
  bson_oid_init_from_string(&oid, std::string(hex).c_str());
  return Holder::take(hold_object_id(oid));
}

Value Value::from_json(std::string_view json) {
  detail::Bson parsed;
  detail::parse_extended_json(json, parsed.get());
  return Holder::take(detail::to_document(parsed.get()));
}

Value Value::Holder::take(Document holder) {
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

// NOLINTNEXTLINE(bugprone-exception-escape): without memory for an empty document the program may end
const Document& Value::Holder::of(const Value& value) noexcept {
  return value.holder_.empty() ? null_holder() : value.holder_;
}

std::size_t Value::size() const noexcept {
  constexpr std::size_t around = 7;  // the document's length and end, the type, the empty name
  return Holder::of(*this).bytes().size() - around;
}

Value::Type Value::type() const noexcept {
  // The first byte of a document's first element, behind the length of the document, is the element's type.
  constexpr std::size_t length_prefix = 4;
  return static_cast<Type>(Holder::of(*this).bytes()[length_prefix]);
}

bool Value::fits_in_list() const noexcept {
  return type() != Type::regular_expression && type() != Type::document && type() != Type::array;
}

std::string Value::to_json() const { return json_of(Holder::of(*this), detail::JsonForm::relaxed); }

std::string Value::to_canonical_json() const { return json_of(Holder::of(*this), detail::JsonForm::canonical); }

std::optional<std::string> Value::as_string() const { return detail::field(Holder::of(*this), "", detail::text_at); }

std::optional<bool> Value::as_bool() const { return detail::field(Holder::of(*this), "", detail::bool_at); }

std::optional<double> Value::as_double() const { return detail::field(Holder::of(*this), "", double_at); }

std::optional<Binary> Value::as_binary() const { return detail::field(Holder::of(*this), "", binary_at); }

std::optional<std::string> Value::as_uuid() const {
  const auto binary = as_binary();
  if (!binary || binary->subtype != uuid_subtype || binary->bytes.size() != uuid_bytes) return std::nullopt;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : binary->bytes) {
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
    if (text.size() == 8 || text.size() == 13 || text.size() == 18 || text.size() == 23) text += '-';
  }
  return text;
}

std::optional<RegularExpression> Value::as_regular_expression() const {
  return detail::field(Holder::of(*this), "", regular_expression_at);
}

std::optional<DateTime> Value::as_date_time() const { return detail::field(Holder::of(*this), "", detail::date_at); }

std::optional<Document> Value::as_document() const { return detail::field(Holder::of(*this), "", detail::document_at); }

std::optional<std::string> Value::as_object_id() const { return detail::field(Holder::of(*this), "", object_id_at); }

std::optional<std::vector<Value>> Value::as_array() const {
  return detail::field(Holder::of(*this), "", detail::array_at);
}

std::optional<std::int64_t> Value::as_integer() const {
  return detail::field(Holder::of(*this), "", detail::whole_number);
}

}  // namespace gridfs

std::size_t std::hash<gridfs::Value>::operator()(const gridfs::Value& value) const noexcept {
  const auto bytes = value.holder_.bytes();
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}
