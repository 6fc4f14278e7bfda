#include "transfer/file_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "gridfs/error.hpp"

#include "util/text/escape.hpp"
#include "util/text/units.hpp"
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

// As printf's %0*d, which a long listing would spend its time with.
void append_padded(std::string& text, std::int64_t number, std::size_t width, char end) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text.append(digits).push_back(end);
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

std::string format_date(const std::optional<DateTime>& date) {
  if (!date) return "-";
  // In whole numbers: at the ends of their range, the conversions of <chrono> overflow.
  constexpr std::int64_t per_second = 1000;
  const std::int64_t milliseconds = date->time_since_epoch().count();
  const std::int64_t fraction_of_second = (milliseconds % per_second + per_second) % per_second;
  const std::time_t time = milliseconds / per_second - (milliseconds % per_second < 0 ? 1 : 0);
  std::tm utc{};
  if (::gmtime_r(&time, &utc) == nullptr) return "-";
  std::string text;
  append_padded(text, utc.tm_year + std::int64_t{1900}, 4, '-');
  append_padded(text, utc.tm_mon + 1, 2, '-');
  append_padded(text, utc.tm_mday, 2, 'T');
  append_padded(text, utc.tm_hour, 2, ':');
  append_padded(text, utc.tm_min, 2, ':');
  append_padded(text, utc.tm_sec, 2, '.');
  append_padded(text, fraction_of_second, 3, 'Z');
  return text;
}

std::string describe_file(const FileInfo& file) {
  std::string text = "file " + format_id(file.id());
  std::string details;
  if (const auto name = file.filename())
    details = "'" + util::escape(*name) + "'";  // escaped here: NUL would end what()
  try {
    details += (details.empty() ? "" : ", ") + util::count_of(file.length(), "byte");
  } catch (const CorruptFile&) {
    // A damaged files document has no valid length.
  }
  return details.empty() ? text : text + " (" + details + ")";
}

std::string shown_name(const FileInfo& file) {
  const auto name = file.filename();
  return name ? *name : describe_file(file);
}

std::string describe_chunks(const ChunkSummary& chunks) {
  const std::string text = std::to_string(chunks.present) + " of " + std::to_string(chunks.expected);
  return chunks.superfluous > 0 ? text + ", " + std::to_string(chunks.superfluous) + " superfluous" : text;
}

void check_complete(const FileInfo& file, const ChunkSummary& chunks) {
  if (!chunks.complete()) throw CorruptFile(describe_file(file) + ": its chunks are " + describe_chunks(chunks));
}

}  // namespace gridfs::transfer
