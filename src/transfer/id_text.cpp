#include "transfer/id_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include "gridfs/error.hpp"

#include "util/text/escape.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::transfer {

namespace {

bool is_object_id(std::string_view text) {
  constexpr std::size_t digits = 24;
  return text.size() == digits &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

bool may_be_json(std::string_view text) {
  if (text.empty()) return false;
  const char first = text.front();
  return first == '{' || first == '"' || first == '-' || std::isdigit(static_cast<unsigned char>(first)) != 0;
}

// Its digits from the first that is not 0 to the last that is not, without sign, point and exponent.
std::string significant_digits(std::string_view number) {
  std::string digits;
  for (const char c : number.substr(0, number.find_first_of("eE"))) {
    const bool is_digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (is_digit && (c != '0' || !digits.empty())) digits += c;
  }
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

// Whether a number with a fraction has so many digits that its nearest double is another number.
bool is_rounded(std::string_view text, const Value& value) {
  const bool is_bare = text.front() == '-' || std::isdigit(static_cast<unsigned char>(text.front())) != 0;
  if (!is_bare || value.type() != Value::Type::double_) return false;
  constexpr std::size_t most_digits = 17;  // of a double
  const std::string digits = significant_digits(text);
  if (digits.size() > most_digits) return true;
  std::array<char, 32> nearest{};
  const auto number = std::strtod(std::string(text).c_str(), nullptr);
  const int precision = static_cast<int>(std::max<std::size_t>(digits.size(), 1)) - 1;
  const auto end =
      std::to_chars(nearest.data(), nearest.data() + nearest.size(), number, std::chars_format::scientific, precision);
  return significant_digits({nearest.data(), end.ptr}) != digits;
}

std::optional<Value> parse_json(std::string_view text) {
  if (!may_be_json(text)) return std::nullopt;
  try {
    Value value = Value::from_json(text);
    return is_rounded(text, value) ? std::nullopt : std::optional(std::move(value));
  } catch (const ConfigurationError&) {
    return std::nullopt;
  }
}

// The value in `{"$literal": value}`.
std::optional<Value> literal(const Value& value) {
  const auto document = value.as_document();
  if (!document) return std::nullopt;
  const auto fields = document->fields();
  if (fields.size() != 1 || fields.front().first != "$literal") return std::nullopt;
  return fields.front().second;
}

bool reads_back(const std::string& text, const Value& id) { return !text.starts_with('-') && parse_id(text) == id; }

std::string format_text(const std::string& text, const Value& id) {
  if (!text.empty() && util::escape(text) == text && reads_back(text, id)) return text;
  return id.to_canonical_json();
}

}  // namespace

Value parse_id(std::string_view text) {
  if (is_object_id(text)) return Value::object_id(text);
  if (auto value = parse_json(text)) return literal(*value).value_or(*value);
  if (!util::is_utf8(text)) throw ConfigurationError("an _id that is text must be UTF-8: " + std::string(text));
  return Value(text);
}

std::string format_id(const Value& id) {
  if (const auto hex = id.as_object_id()) return *hex;
  if (const auto text = id.as_string()) return format_text(*text, id);
  if (std::string relaxed = id.to_json(); reads_back(relaxed, id)) return relaxed;
  if (std::string canonical = id.to_canonical_json(); reads_back(canonical, id)) return canonical;
  return R"({"$literal": )" + id.to_canonical_json() + "}";
}

}  // namespace gridfs::transfer
