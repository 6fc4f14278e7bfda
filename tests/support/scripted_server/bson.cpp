#include "support/scripted_server/bson.hpp"

#include <chrono>
#include <cstring>
#include <stdexcept>

namespace gridfs::scripted {

namespace {

void view(const bson_iter_t& field, bson_t* out) {
  std::uint32_t length = 0;
  const std::uint8_t* bytes = nullptr;
  if (BSON_ITER_HOLDS_DOCUMENT(&field)) {
    bson_iter_document(&field, &length, &bytes);
  } else if (BSON_ITER_HOLDS_ARRAY(&field)) {
    bson_iter_array(&field, &length, &bytes);
  }
  if (length == 0 || !bson_init_static(out, bytes, length)) bson_init(out);
}

std::string take_text(char* text) {
  std::string taken(text == nullptr ? "" : text);
  bson_free(text);
  return taken;
}

}  // namespace

Bson Bson::from_json(std::string_view json) {
  // libbson reads an object alone, not an array: so the text is read as a field's value.
  const std::string holder = "{\"value\":" + std::string(json) + "}";
  bson_error_t error{};
  bson_t* parsed = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(holder.data()),
                                      static_cast<ssize_t>(holder.size()), &error);
  if (parsed == nullptr) throw std::invalid_argument(error.message);
  Bson owner;
  owner.bson_.reset(parsed, bson_destroy);
  const auto value = find_field(parsed, "value");
  if (!value || (!BSON_ITER_HOLDS_DOCUMENT(&*value) && !BSON_ITER_HOLDS_ARRAY(&*value))) {
    throw std::invalid_argument("not a JSON object or array");
  }
  return document_of(*value);
}

Bson Bson::from_bytes(std::span<const std::uint8_t> bytes) {
  std::int32_t length = 0;
  if (bytes.size() < sizeof length) throw std::invalid_argument("no BSON document");
  std::memcpy(&length, bytes.data(), sizeof length);
  bson_t document;
  if (length < 5 || static_cast<std::size_t>(length) > bytes.size() ||
      !bson_init_static(&document, bytes.data(), static_cast<std::size_t>(length)) ||
      !bson_validate(&document, BSON_VALIDATE_NONE, nullptr)) {
    throw std::invalid_argument("no BSON document");
  }
  return Bson(&document);
}

Bson Bson::array_of(std::span<const Bson> documents) {
  Bson array;
  for (std::size_t i = 0; i < documents.size(); ++i) array.add(std::to_string(i).c_str(), documents[i]);
  return array;
}

Bson Bson::array_of(std::span<const std::string> texts) {
  Bson array;
  for (std::size_t i = 0; i < texts.size(); ++i) array.add(std::to_string(i).c_str(), std::string_view(texts[i]));
  return array;
}

Bson& Bson::add(const char* key, bool value) {
  bson_append_bool(get(), key, -1, value);
  return *this;
}

Bson& Bson::add(const char* key, std::int32_t value) {
  bson_append_int32(get(), key, -1, value);
  return *this;
}

Bson& Bson::add(const char* key, std::int64_t value) {
  bson_append_int64(get(), key, -1, value);
  return *this;
}

Bson& Bson::add(const char* key, double value) {
  bson_append_double(get(), key, -1, value);
  return *this;
}

Bson& Bson::add(const char* key, std::string_view value) {
  bson_append_utf8(get(), key, -1, value.data(), static_cast<int>(value.size()));
  return *this;
}

Bson& Bson::add(const char* key, const Bson& value) {
  bson_append_document(get(), key, -1, value.get());
  return *this;
}

Bson& Bson::add_array(const char* key, const Bson& value) {
  bson_append_array(get(), key, -1, value.get());
  return *this;
}

Bson& Bson::add(const char* key, const bson_oid_t& value) {
  bson_append_oid(get(), key, -1, &value);
  return *this;
}

Bson& Bson::add(const char* key, const bson_iter_t& value) {
  bson_append_iter(get(), key, -1, &value);
  return *this;
}

Bson& Bson::add_now(const char* key) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  bson_append_date_time(get(), key, -1, std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  return *this;
}

std::string Bson::canonical_json() const { return take_text(bson_as_canonical_extended_json(get(), nullptr)); }

std::string Bson::relaxed_json() const { return take_text(bson_as_relaxed_extended_json(get(), nullptr)); }

std::optional<bson_iter_t> find_field(const bson_t* document, const char* path) {
  bson_iter_t iter;
  bson_iter_t found;
  if (!bson_iter_init(&iter, document) || !bson_iter_find_descendant(&iter, path, &found)) return std::nullopt;
  return found;
}

std::int64_t integer_field(const bson_t* document, const char* path, std::int64_t otherwise) {
  const auto field = find_field(document, path);
  return field && BSON_ITER_HOLDS_NUMBER(&*field) ? bson_iter_as_int64(&*field) : otherwise;
}

std::string text_field(const bson_t* document, const char* path, std::string_view otherwise) {
  const auto field = find_field(document, path);
  if (!field || !BSON_ITER_HOLDS_UTF8(&*field)) return std::string(otherwise);
  std::uint32_t length = 0;
  const char* text = bson_iter_utf8(&*field, &length);
  return {text, length};
}

bool true_field(const bson_t* document, const char* path, bool otherwise) {
  const auto field = find_field(document, path);
  return field ? bson_iter_as_bool(&*field) : otherwise;
}

Bson document_field(const bson_t* document, const char* path) {
  const auto field = find_field(document, path);
  return field ? document_of(*field) : Bson();
}

std::vector<Bson> documents_field(const bson_t* document, const char* path) {
  std::vector<Bson> documents;
  const Bson array = document_field(document, path);
  for_each_field(array.get(), [&](const bson_iter_t& element) { documents.push_back(document_of(element)); });
  return documents;
}

Bson document_of(const bson_iter_t& field) {
  bson_t inner;
  view(field, &inner);
  return Bson(&inner);
}

}  // namespace gridfs::scripted
