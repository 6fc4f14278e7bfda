/// Text from outside made safe to show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gridfs::util {

/// The text with everything that could act on a terminal or break a line replaced: control characters (C0, DEL, C1) as
/// `\t`, `\n`, `\r` or `\xNN`, bytes that are not UTF-8 as `\xNN`, line and paragraph separators and the characters
/// that change the direction of text as `\u{NNNN}`. All else, backslashes too, is unchanged.
std::string escape(std::string_view text);

struct Character {
  char32_t code = 0;
  std::size_t length = 0;  ///< in bytes; 0: not UTF-8
};

/// The first character of a text that is not empty.
Character first_character(std::string_view text) noexcept;

/// Whether all of it is UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view text) noexcept;

}  // namespace gridfs::util
