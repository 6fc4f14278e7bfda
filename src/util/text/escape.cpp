#include "util/text/escape.hpp"

#include <algorithm>
#include <cstdint>

namespace gridfs::util {

Character first_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto first = byte(0);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  char32_t code = 0;
  char32_t least = 0;  // of what needs so many bytes
  if (first >= 0xC0 && first < 0xE0) {
    length = 2, code = first & 0x1FU, least = 0x80;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3, code = first & 0x0FU, least = 0x800;
  } else if (first >= 0xF0 && first < 0xF8) {
    length = 4, code = first & 0x07U, least = 0x10000;
  }
  if (length == 0 || length > text.size()) return {};
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80) return {};
    code = code << 6U | (byte(at) & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least || code > 0x10FFFF || surrogate) return {};
  return {code, length};
}

namespace {

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

// Separators of lines and paragraphs, and what Unicode calls bidirectional formatting characters.
bool changes_layout(char32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

std::string in_hexadecimal(char32_t number, int digits) {
  std::string result;
  for (int digit = digits - 1; digit >= 0; --digit) result += "0123456789abcdef"[number >> (4 * digit) & 0xFU];
  return result;
}

std::string escaped(char32_t code) {
  switch (code) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    default:
      return code < 0x100 ? "\\x" + in_hexadecimal(code, 2) : "\\u{" + in_hexadecimal(code, 4) + '}';
  }
}

}  // namespace

std::string escape(std::string_view text) {
  const auto plain = std::find_if_not(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  std::string result(text.begin(), plain);
  text.remove_prefix(result.size());
  while (!text.empty()) {
    const auto [code, length] = first_character(text);
    if (length == 0) {
      result += escaped(static_cast<unsigned char>(text.front()));
    } else if (is_control(code) || changes_layout(code)) {
      result += escaped(code);
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto length = first_character(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace gridfs::util
