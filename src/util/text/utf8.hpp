/// UTF-8 (RFC 3629: no overlong forms, no surrogates).
#pragma once

#include <string>
#include <string_view>

namespace gridfs::util {

/// Beyond the last character. A byte that is not UTF-8 counts as the character `not_utf8 + byte`.
constexpr char32_t not_utf8 = 0x110000;

/// Removes the first character of a text that is not empty.
char32_t take_character(std::string_view& text) noexcept;

void append_character(std::string& text, char32_t character);

bool is_utf8(std::string_view text) noexcept;

/// C0, DEL and C1, which all act on terminals.
bool is_control_character(char32_t character) noexcept;
bool holds_control_character(std::string_view text) noexcept;

}  // namespace gridfs::util
