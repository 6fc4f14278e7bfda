/// BSON documents, so that callers need no BSON library.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gridfs/export.hpp"

namespace gridfs {

class Value;

/// A BSON document. A value type: copies are deep, a moved-from document is empty. Not thread-safe.
class GRIDFS_EXPORT Document {
 public:
  /// The empty document.
  Document();

  /// Parses one Extended JSON v2 object, canonical or relaxed.
  /// @throws ConfigurationError  not valid JSON, not an object, or followed by anything but white space
  static Document from_json(std::string_view json);

  /// Copies the bytes of one BSON document.
  /// @throws CorruptFile  not one well-formed BSON document, or one that nests deeper than MongoDB's 200 levels
  static Document from_bytes(std::span<const std::byte> bytes);

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept;

  /// Relaxed Extended JSON v2 on one line. Invalid UTF-8 is replaced by U+FFFD; control characters and those that
  /// change the direction of text are escaped, so that it is safe to show on a terminal.
  [[nodiscard]] std::string to_json() const;

  [[nodiscard]] bool empty() const noexcept;

  /// The value of the first top-level field with that name.
  [[nodiscard]] std::optional<Value> find(std::string_view key) const;

  /// All top-level fields in their order.
  [[nodiscard]] std::vector<std::pair<std::string, Value>> fields() const;

  /// Appends a field, without replacing an earlier one with the same name.
  /// @throws ConfigurationError  the key holds NUL, or the document would exceed BSON's limit of 2 GiB
  Document& append(std::string_view key, const Value& value);

  /// Compares bytes, so the order of fields and the types of numbers matter.
  friend bool operator==(const Document&, const Document&) = default;
  /// An order for containers, by bytes; servers sort in another one.
  friend std::strong_ordering operator<=>(const Document&, const Document&) = default;

 private:
  std::vector<std::byte> bytes_;  // of the empty document: none
};

}  // namespace gridfs

#include "gridfs/value.hpp"  // the type of a document's fields
