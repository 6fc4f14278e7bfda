#include "gridfs/document.hpp"

#include <array>

#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/bson/extended_json.hpp"
#include "bucket/bson/well_formed.hpp"

namespace gridfs {

namespace {

constexpr std::array<std::byte, 5> empty_bytes{std::byte{5}};

}  // namespace

Document::Document() = default;

Document Document::from_json(std::string_view json) {
  if (auto document = Value::from_json(json).as_document()) return *std::move(document);
  throw ConfigurationError("not a JSON object");
}

Document Document::from_bytes(std::span<const std::byte> bytes) {
  bson_t bson;
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (data == nullptr || !bson_init_static(&bson, data, bytes.size()) || !detail::is_well_formed(bson)) {
    throw CorruptFile("not a well-formed BSON document");
  }
  Document result;
  if (bytes.size() > empty_bytes.size()) result.bytes_.assign(bytes.begin(), bytes.end());
  return result;
}

std::span<const std::byte> Document::bytes() const noexcept {
  if (bytes_.empty()) return empty_bytes;
  return bytes_;
}

std::string Document::to_json() const {
  return detail::to_extended_json(detail::BsonView(*this), detail::JsonForm::relaxed);
}

bool Document::empty() const noexcept { return bytes_.empty(); }

std::optional<Value> Document::find(std::string_view key) const {
  const detail::BsonView view(*this);
  bson_iter_t iter;
  if (!bson_iter_init_find_w_len(&iter, view, key.data(), static_cast<int>(key.size()))) return std::nullopt;
  return detail::to_value(iter);
}

std::vector<std::pair<std::string, Value>> Document::fields() const {
  std::vector<std::pair<std::string, Value>> result;
  const detail::BsonView view(*this);
  bson_iter_t iter;
  if (!bson_iter_init(&iter, view)) return result;
  while (bson_iter_next(&iter)) {
    result.emplace_back(std::string(bson_iter_key(&iter), bson_iter_key_len(&iter)), detail::to_value(iter));
  }
  return result;
}

Document& Document::append(std::string_view key, const Value& value) {
  if (key.find('\0') != std::string_view::npos) throw ConfigurationError("a field's name holds NUL");
  detail::Bson extended;
  bson_concat(extended.get(), detail::BsonView(*this));
  detail::append(extended.get(), key, value);
  const auto* data = reinterpret_cast<const std::byte*>(bson_get_data(extended.get()));
  bytes_.assign(data, data + extended.get()->len);
  return *this;
}

}  // namespace gridfs
