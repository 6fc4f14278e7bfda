#include "util/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace gridfs::util {

namespace {

// How characters of 2, 3 and 4 bytes begin, and the least of them.
struct Form {
  unsigned mark;
  unsigned mask;
  char32_t least;
};
constexpr std::array forms{Form{0xC0, 0xE0, 0x80}, Form{0xE0, 0xF0, 0x800}, Form{0xF0, 0xF8, 0x10000}};

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80; }

}  // namespace

char32_t take_character(std::string_view& text) noexcept {
  const unsigned first = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (first < 0x80) return first;
  const auto form = std::find_if(forms.begin(), forms.end(), [&](auto f) { return (first & f.mask) == f.mark; });
  const auto count = static_cast<std::size_t>(form - forms.begin()) + 1;
  const auto rest = text.substr(0, count);
  const bool is_whole =
      form != forms.end() && rest.size() == count && std::all_of(rest.begin(), rest.end(), is_continuation);
  if (!is_whole) return not_utf8 + first;
  char32_t character = first & ~form->mask;
  for (const char byte : rest) character = character << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
  const bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < form->least || character >= not_utf8 || is_surrogate) return not_utf8 + first;
  text.remove_prefix(count);
  return character;
}

void append_character(std::string& text, char32_t character) {
  const auto append = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (character < 0x80) return append(character);
  if (character >= not_utf8) return append(character - not_utf8);
  std::size_t form = forms.size() - 1;
  while (character < forms[form].least) --form;
  append(forms[form].mark | character >> 6 * (form + 1));
  for (auto rest = form + 1; rest > 0; --rest) append(0x80U | (character >> 6 * (rest - 1) & 0x3FU));
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    if (take_character(text) >= not_utf8) return false;
  }
  return true;
}

bool is_control_character(char32_t character) noexcept {
  return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

bool holds_control_character(std::string_view text) noexcept {
  while (!text.empty()) {
    if (is_control_character(take_character(text))) return true;
  }
  return false;
}

}  // namespace gridfs::util
