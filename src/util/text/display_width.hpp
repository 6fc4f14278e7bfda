/// How wide text is on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gridfs::util {

/// How many columns a text takes that holds no control characters, as escape() leaves it: two for East Asian wide
/// characters, none for combining marks, one for a byte that is not UTF-8.
std::size_t display_width(std::string_view text);

/// The text with `…` in place of its middle if it is wider than `width`, so that the beginning and the end of a name
/// are still seen. Characters are not cut from their combining marks.
std::string shorten_to_width(std::string_view text, std::size_t width);

}  // namespace gridfs::util
