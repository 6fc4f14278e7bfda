/// Filenames by prefix or glob, as a filter that the server applies.
#pragma once

#include <string>

#include "gridfs/document.hpp"

namespace gridfs::cli {

/// A text that holds any of `*?[` is a glob for the whole name, in which `*` stands for any characters, `/` too, `?`
/// for one, `[a-z]` and `[!a-z]` for one of a set, and a backslash takes the meaning of the character behind it away.
/// Any other text is what the name begins with. The empty text is the empty filter.
/// @throws UsageError  not UTF-8, or with NUL
Document name_filter(const std::string& text);

}  // namespace gridfs::cli
