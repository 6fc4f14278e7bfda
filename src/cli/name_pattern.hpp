/// Filenames by prefix or glob, as a filter that the server applies.
#pragma once

#include <set>
#include <string>

#include "gridfs/document.hpp"

namespace gridfs::cli {

/// A text that holds any of `*?[` is a glob for the whole name (util::Glob). Any other text is what the name begins
/// with. The empty text is the empty filter.
/// @throws UsageError  not UTF-8, or no glob that makes sense
Document name_filter(const std::string& text);

/// The files that have one of these names.
Document names_filter(const std::set<std::string>& names);

}  // namespace gridfs::cli
