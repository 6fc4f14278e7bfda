#include "util/text/escape.hpp"

#include <algorithm>

#include "util/text/utf8.hpp"

namespace gridfs::util {

namespace {

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
    const auto character = take_character(text);
    if (character >= not_utf8) {
      result += escaped(character - not_utf8);
    } else if (is_control_character(character) || changes_layout(character)) {
      result += escaped(character);
    } else {
      append_character(result, character);
    }
  }
  return result;
}

std::string shell_quote(std::string_view text) {
  constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@%+,=";
  if (!text.empty() && text.find_first_not_of(harmless) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace gridfs::util
