/// BSON values, so that callers need no BSON library.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gridfs/document.hpp"
#include "gridfs/export.hpp"

namespace gridfs {

/// BSON's date: milliseconds since the Unix epoch, UTC (https://bsonspec.org/spec.html, UTC datetime).
using DateTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// BSON's binary data (https://bsonspec.org/spec.html, Binary).
struct Binary {
  std::vector<std::byte> bytes;
  /// 0: generic, 4: a UUID, ….
  std::uint8_t subtype = 0;
  friend bool operator==(const Binary&, const Binary&) = default;
};

/// BSON's regular expression: a pattern of PCRE, and options in alphabetical order such as `i` and `m`.
struct RegularExpression {
  std::string pattern;
  std::string options;
  friend bool operator==(const RegularExpression&, const RegularExpression&) = default;
};

/// One BSON value of any type: an `_id`, or the value of a field. A value type. Not thread-safe.
class GRIDFS_EXPORT Value {
 public:
  /// The type codes of https://bsonspec.org/spec.html; other codes may occur for deprecated types.
  enum class Type : std::uint8_t {
    double_ = 0x01,
    string = 0x02,
    document = 0x03,
    array = 0x04,
    binary = 0x05,
    object_id = 0x07,
    boolean = 0x08,
    date_time = 0x09,
    null = 0x0A,
    regular_expression = 0x0B,
    int32 = 0x10,
    timestamp = 0x11,
    int64 = 0x12,
    decimal128 = 0x13,
  };

  /// Null.
  Value();
  explicit Value(bool value);
  explicit Value(std::int32_t value);
  explicit Value(std::int64_t value);
  explicit Value(double value);
  explicit Value(DateTime value);
  explicit Value(const Document& value);
  /// @throws ConfigurationError  longer than BSON's limit of 2 GiB
  explicit Value(std::string_view value);
  explicit Value(const char* value) : Value(std::string_view(value)) {}
  explicit Value(const std::string& value) : Value(std::string_view(value)) {}
  /// @throws ConfigurationError  longer than BSON's limit of 2 GiB
  explicit Value(const Binary& value);
  /// @throws ConfigurationError  it holds NUL
  explicit Value(const RegularExpression& value);

  static Value array(const std::vector<Value>& elements);

  /// A new ObjectId, unique by time, process and counter.
  static Value new_object_id();

  /// @param hex  24 hexadecimal digits
  /// @throws ConfigurationError  anything else
  static Value object_id(std::string_view hex);

  /// A UUID, as binary data of subtype 4 (RFC 9562).
  /// @param text  32 hexadecimal digits, with or without the four hyphens
  /// @throws ConfigurationError  anything else
  static Value uuid(std::string_view text);

  /// Parses one Extended JSON v2 value: `{"$oid": "…"}`, `"text"`, `42`, `null`, ….
  /// @throws ConfigurationError  not valid JSON, or followed by anything but white space
  static Value from_json(std::string_view json);

  [[nodiscard]] Type type() const noexcept;

  /// Relaxed Extended JSON v2, as of a Document. It may read back as another type of number: int64 42 gives `42`.
  [[nodiscard]] std::string to_json() const;

  /// Canonical Extended JSON v2, escaped in the same way, which reads back as the same value.
  [[nodiscard]] std::string to_canonical_json() const;

  /// The value, if it has that type. A string is returned as it is stored, which may be invalid UTF-8.
  [[nodiscard]] std::optional<std::string> as_string() const;
  [[nodiscard]] std::optional<bool> as_bool() const;
  [[nodiscard]] std::optional<double> as_double() const;
  [[nodiscard]] std::optional<Binary> as_binary() const;
  /// 32 lower-case hexadecimal digits and four hyphens, of binary data of subtype 4 and 16 bytes.
  [[nodiscard]] std::optional<std::string> as_uuid() const;
  [[nodiscard]] std::optional<RegularExpression> as_regular_expression() const;
  [[nodiscard]] std::optional<DateTime> as_date_time() const;
  [[nodiscard]] std::optional<Document> as_document() const;
  /// 24 lower-case hexadecimal digits.
  [[nodiscard]] std::optional<std::string> as_object_id() const;
  /// The elements of an array in their order.
  [[nodiscard]] std::optional<std::vector<Value>> as_array() const;
  /// An int32, an int64, or a double that is a whole number within int64.
  [[nodiscard]] std::optional<std::int64_t> as_integer() const;

  /// Compares type and bytes: int32 1 and int64 1 differ.
  friend bool operator==(const Value&, const Value&) = default;
  /// An order for containers, by type and bytes; servers sort in another one.
  friend std::strong_ordering operator<=>(const Value&, const Value&) = default;

  /// How many bytes it takes in a document, without the field's name.
  [[nodiscard]] std::size_t size() const noexcept;

  /// Whether it may stand in the list of a filter's `$in` and match only itself there: a regular expression would match
  /// text, a document may look like a query, and not every server takes documents and arrays. These need a `$eq` each.
  [[nodiscard]] bool fits_in_list() const noexcept;

  class Holder;

 private:
  friend struct std::hash<Value>;

  Document holder_;  // the document `{"": value}`; of null: empty
};

}  // namespace gridfs

/// @cond
/// Agrees with Value's operator==.
template <>
struct GRIDFS_EXPORT std::hash<gridfs::Value> {
  std::size_t operator()(const gridfs::Value& value) const noexcept;
};
/// @endcond
