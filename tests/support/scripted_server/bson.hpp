/// BSON documents for the scripted server, on libbson alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <bson/bson.h>

namespace gridfs::scripted {

/// An owned document. Shared documents are not changed any more, so copies cost nothing.
class Bson {
 public:
  Bson() : bson_(bson_new(), bson_destroy) {}
  explicit Bson(const bson_t* copied) : bson_(bson_copy(copied), bson_destroy) {}

  /// @throws std::invalid_argument  not one JSON object (or array)
  static Bson from_json(std::string_view json);

  /// The document at the beginning of the bytes.
  /// @throws std::invalid_argument  there is none
  static Bson from_bytes(std::span<const std::uint8_t> bytes);

  /// An array of documents.
  static Bson array_of(std::span<const Bson> documents);
  static Bson array_of(std::span<const std::string> texts);

  // Appending; only while there is no copy of this document.
  Bson& add(const char* key, bool value);
  Bson& add(const char* key, std::int32_t value);
  Bson& add(const char* key, std::int64_t value);
  Bson& add(const char* key, double value);
  Bson& add(const char* key, std::string_view value);
  Bson& add(const char* key, const char* value) { return add(key, std::string_view(value)); }
  Bson& add(const char* key, const Bson& value);
  Bson& add_array(const char* key, const Bson& value);
  Bson& add(const char* key, const bson_oid_t& value);
  Bson& add(const char* key, const bson_iter_t& value);
  Bson& add_now(const char* key);

  [[nodiscard]] bson_t* get() noexcept { return bson_.get(); }
  [[nodiscard]] const bson_t* get() const noexcept { return bson_.get(); }
  [[nodiscard]] std::string canonical_json() const;
  [[nodiscard]] std::string relaxed_json() const;

 private:
  std::shared_ptr<bson_t> bson_;
};

/// A field, by its name or a path with dots.
std::optional<bson_iter_t> find_field(const bson_t* document, const char* path);

std::int64_t integer_field(const bson_t* document, const char* path, std::int64_t otherwise);
std::string text_field(const bson_t* document, const char* path, std::string_view otherwise);
/// A boolean, or a number that is not 0.
bool true_field(const bson_t* document, const char* path, bool otherwise);
/// The empty document where there is none.
Bson document_field(const bson_t* document, const char* path);
/// The documents of an array of documents.
std::vector<Bson> documents_field(const bson_t* document, const char* path);

/// The fields of a document, or the elements of an array, one after the other.
template <typename Visit>
void for_each_field(const bson_t* document, const Visit& visit) {
  bson_iter_t iter;
  if (!bson_iter_init(&iter, document)) return;
  while (bson_iter_next(&iter)) visit(iter);
}

/// The document or array that a field holds; the empty document for any other field.
Bson document_of(const bson_iter_t& field);

/// Bytes that compare as MongoDB orders values: numbers by their value whatever their type is, types after each other.
/// What a field that is missing gives is what null gives.
std::string sort_key(const bson_iter_t& field);
std::string sort_key(const bson_t* document, const char* path);

}  // namespace gridfs::scripted
