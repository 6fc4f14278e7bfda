/// Filenames by prefix or glob, as a filter that the server applies.
#pragma once

#include <string>

#include "gridfs/document.hpp"

namespace gridfs::cli {

/// A text that holds any of `*?[` is a glob for the whole name (util::Glob). Any other text is what the name begins
/// with. The empty text is the empty filter.
/// @throws UsageError  not UTF-8, or no glob that makes sense
Document name_filter(const std::string& text);

}  // namespace gridfs::cli
