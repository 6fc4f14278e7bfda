/// Parsing the values of options. Every function throws UsageError for one that is not valid.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "gridfs/concerns.hpp"

namespace gridfs::cli {

/// A number of members, `majority`, a tag, or `{w, j, wtimeout}`.
WriteConcern parse_write_concern(const std::string& text);

/// A level, or `{level}`.
ReadConcern parse_read_concern(const std::string& text);

/// A mode as in a connection string, or `{mode, tagSets, maxStalenessSeconds}`.
ReadPreference parse_read_preference(const std::string& text);

/// A span of time, rounded up to whole seconds.
std::chrono::seconds parse_age(const std::string& text);

/// One JSON object.
Document parse_document(const std::string& text);

/// The same, or `@FILE`, which holds it; `@-` is standard input.
/// @param option  named in errors
/// @throws as util::read_text()
Document read_document(const std::string& option, const std::string& text, const std::stop_token& stop);

}  // namespace gridfs::cli
