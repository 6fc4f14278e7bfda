/// What a files document says, as it is shown.
#pragma once

#include <optional>
#include <string>

#include "gridfs/document.hpp"
#include "gridfs/file_info.hpp"

namespace gridfs::transfer {

/// `2026-11-24T23:32:12.123Z` (ISO 8601, UTC); `-` where there is none.
std::string format_date(const std::optional<DateTime>& date);

/// A file in a message: `file 4f… ('a.txt', 12 bytes)`, as far as the files document says.
std::string describe_file(const FileInfo& file);

}  // namespace gridfs::transfer
