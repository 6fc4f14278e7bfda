/// Filenames by prefix or glob, as a filter that the server applies.
#pragma once

#include <set>
#include <string>

#include "gridfs/document.hpp"

namespace gridfs::cli {

/// A text that holds any of `*?[` is a glob for the whole name, in which `*` stands for any characters, `/` too, `?`
/// for one, `[a-z]` and `[!a-z]` for one of a set, and a backslash takes the meaning of the character behind it away.
/// Any other text is what the name begins with. The empty text is the empty filter.
/// @throws UsageError  not UTF-8, or with NUL
Document name_filter(const std::string& text);

/// The files that have one of these names.
Document names_filter(const std::set<std::string>& names);

}  // namespace gridfs::cli
