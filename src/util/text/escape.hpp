/// Text from outside made safe to show, and to paste into a shell.
#pragma once

#include <string>
#include <string_view>

namespace gridfs::util {

/// The text with everything that could act on a terminal or break a line replaced: control characters (C0, DEL, C1) as
/// `\t`, `\n`, `\r` or `\xNN`, bytes that are not UTF-8 as `\xNN`, line and paragraph separators and the characters
/// that change the direction of text as `\u{NNNN}`. All else, backslashes too, is unchanged.
std::string escape(std::string_view text);

/// The text as one word of a shell's command line: in single quotes, unless it consists of letters, digits and harmless
/// marks.
std::string shell_quote(std::string_view text);

}  // namespace gridfs::util
