/// Ids, dates, files and the state of their chunks as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gridfs/chunk_summary.hpp"
#include "gridfs/document.hpp"
#include "gridfs/file_info.hpp"

namespace gridfs::transfer {

/// Reads an `_id` as it is written on a command line. 24 hexadecimal digits are an ObjectId. What begins with `{`, `"`,
/// a digit or `-` and is valid Extended JSON is that value; `{"$literal": value}` is the value in it, for null, true,
/// false and arrays, which could not be written otherwise. All else is the text itself, and so is a number with more
/// digits than its type holds.
/// @throws ConfigurationError  text that is not UTF-8
Value parse_id(std::string_view text);

/// The form that parse_id() reads back as the same value. It never begins with `-` and holds no control characters.
std::string format_id(const Value& id);

/// `2026-11-24T23:32:12.123Z` (ISO 8601, UTC); `-` where there is none.
std::string format_date(const std::optional<DateTime>& date);

/// A file in a message: `file 4f… ('a.txt', 12 bytes)`, as far as the files document says.
std::string describe_file(const FileInfo& file);

/// The name of a file, or its description if it has none.
std::string shown_name(const FileInfo& file);

/// `3 of 4, 1 superfluous`.
std::string describe_chunks(const ChunkSummary& chunks);

/// @throws CorruptFile  the file does not have exactly its chunks
void check_complete(const FileInfo& file, const ChunkSummary& chunks);

}  // namespace gridfs::transfer
