#include "bucket/bson/extended_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "gridfs/error.hpp"

#include "bucket/bson/json_values.hpp"

namespace gridfs::detail {

namespace {

// Stands before the value that is parsed.
constexpr std::string_view opening = "{\"v\": ";

// Stands behind the parsed value, so that text which closes the object early, or adds fields to it, is noticed.
constexpr std::string_view sentinel = "end of gridfs value";

// How many bytes of UTF-8 the first character has; 0 if it is not UTF-8.
std::size_t bytes_of_first(std::string_view text) {
  constexpr std::size_t most = 4;
  for (std::size_t bytes = 1; bytes <= std::min(most, text.size()); ++bytes) {
    if (bson_utf8_validate(text.data(), bytes, true)) return bytes;
  }
  return 0;
}

std::string replace_bad_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t bytes = bytes_of_first(text);
    result += bytes > 0 ? text.substr(0, bytes) : "\xEF\xBF\xBD";
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return result;
}

std::size_t first_bad_utf8(std::string_view text) {
  std::size_t at = 0;
  while (const std::size_t bytes = bytes_of_first(text.substr(at))) at += bytes;
  return at;
}

// For people, who count lines and characters.
std::string place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return "line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ", column " +
         std::to_string(1 + std::count_if(line.begin(), line.end(), starts_character));
}

// Where text begins that is behind an object or an array, or npos.
std::size_t text_behind_value(std::string_view json) {
  constexpr const char* white_space = " \t\r\n";
  std::size_t open = 0;
  bool in_string = false;
  for (std::size_t at = json.find_first_not_of(white_space); at < json.size(); ++at) {
    const char c = json[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    if (c == '{' || c == '[') ++open;
    if ((c == '}' || c == ']') && open > 0) --open;
    if (open == 0) return c == '}' || c == ']' ? json.find_first_not_of(white_space, at + 1) : std::string_view::npos;
  }
  return std::string_view::npos;
}

// Where the syntax is wrong, as far as libbson says; empty if something else is.
std::string syntax_error(std::string_view json, const bson_error_t& error) {
  constexpr std::string_view mark = "position ";
  const std::string_view message(error.message);
  const auto number = message.find(mark);
  std::size_t position = std::string_view::npos;
  if (number != std::string_view::npos) {
    std::from_chars(message.data() + number + mark.size(), message.data() + message.size(), position);
    position -= std::min(position, opening.size());
  } else if (message != "Incomplete JSON") {
    return {};
  }
  const auto behind = text_behind_value(json);
  if (behind <= position && behind < json.size())
    return ": there is more text after the value, at " + place_of(json, behind);
  return position < json.size() ? " at " + place_of(json, position) : ": it ends too early";
}

// Whether there may be characters in a text that are not shown as they are: the lead bytes of those, and DEL.
bool has_beyond_ascii(std::string_view text) {
  unsigned found = 0;
  for (const char c : text) found |= static_cast<unsigned char>(c) + 1U;
  return (found & 0x80U) != 0;
}

// Characters that libbson prints and that a terminal may obey: DEL, the control characters of C1, separators of lines
// and paragraphs, and those that change the direction of text.
bool acts_on_terminals(char32_t code) {
  return (code >= 0x7F && code <= 0x9F) || code == 0x061C || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

// They are in strings alone, where an escape is the same character.
std::string escape_what_acts_on_terminals(std::string_view json) {
  if (!has_beyond_ascii(json)) return std::string(json);
  std::string result;
  for (const char* at = json.data(); at != json.data() + json.size();) {
    const char* const next = bson_utf8_next_char(at);
    if (const char32_t code = bson_utf8_get_char(at); acts_on_terminals(code)) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(code));
      result += escape.data();
    } else {
      result.append(at, next);
    }
    at = next;
  }
  return result;
}

void copy_with_valid_utf8(bson_iter_t& from, bson_t* to) {
  while (bson_iter_next(&from)) {
    const std::string key = replace_bad_utf8({bson_iter_key(&from), bson_iter_key_len(&from)});
    const int key_length = static_cast<int>(key.size());
    if (BSON_ITER_HOLDS_UTF8(&from)) {
      std::uint32_t length = 0;
      const char* text = bson_iter_utf8(&from, &length);
      const std::string valid = replace_bad_utf8({text, length});
      bson_append_utf8(to, key.data(), key_length, valid.data(), static_cast<int>(valid.size()));
    } else if (BSON_ITER_HOLDS_DOCUMENT(&from) || BSON_ITER_HOLDS_ARRAY(&from)) {
      bson_iter_t inner;
      Bson copy;
      if (bson_iter_recurse(&from, &inner)) copy_with_valid_utf8(inner, copy.get());
      if (BSON_ITER_HOLDS_DOCUMENT(&from)) {
        bson_append_document(to, key.data(), key_length, copy.get());
      } else {
        bson_append_array(to, key.data(), key_length, copy.get());
      }
    } else {
      bson_append_iter(to, key.data(), key_length, &from);
    }
  }
}

BsonString print(const bson_t* bson, JsonForm form, std::size_t& length) {
  return BsonString(form == JsonForm::relaxed ? bson_as_relaxed_extended_json(bson, &length)
                                              : bson_as_canonical_extended_json(bson, &length));
}

}  // namespace

std::string to_extended_json(const bson_t* bson, JsonForm form) {
  std::size_t length = 0;
  if (const BsonString text = print(bson, form, length)) return escape_what_acts_on_terminals({text.get(), length});
  bson_iter_t iter;
  Bson valid;
  if (bson_iter_init(&iter, bson)) copy_with_valid_utf8(iter, valid.get());
  if (const BsonString text = print(valid.get(), form, length)) {
    return escape_what_acts_on_terminals({text.get(), length});
  }
  throw CorruptFile("a document cannot be shown as JSON");
}

void parse_extended_json(std::string_view json, bson_t* target) {
  if (json.find('\0') != std::string_view::npos) throw ConfigurationError("not valid Extended JSON: it holds NUL");
  if (!bson_utf8_validate(json.data() == nullptr ? "" : json.data(), json.size(), false)) {
    throw ConfigurationError("not valid Extended JSON: not UTF-8 at " + place_of(json, first_bad_utf8(json)));
  }
  std::string text(opening);
  text.append(json).append("\n, \"").append(sentinel).append("\": true}");

  Bson parsed;
  bson_error_t error{};
  bson_destroy(parsed.get());
  if (!bson_init_from_json(parsed.get(), text.data(), static_cast<ssize_t>(text.size()), &error)) {
    bson_init(parsed.get());
    const std::string place = syntax_error(json, error);
    if (place.empty()) check_json_values(json);
    throw ConfigurationError("not valid Extended JSON" + place);
  }
  bson_iter_t iter;
  bson_iter_t end;
  const bool whole = bson_count_keys(parsed.get()) == 2 && bson_iter_init_find(&iter, parsed.get(), "v") &&
                     bson_iter_init_find(&end, parsed.get(), sentinel.data());
  if (!whole) throw ConfigurationError("not valid Extended JSON: there is more text after the value");
  check_json_values(json);
  bson_append_iter(target, "v", 1, &iter);
}

}  // namespace gridfs::detail
