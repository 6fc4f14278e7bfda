/// A file's time of modification and its mode, which --preserve keeps in `metadata.mtime`, a date, and `metadata.mode`,
/// an integer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "gridfs/file_info.hpp"

namespace gridfs::transfer {

struct Attributes {
  std::optional<DateTime> modified;
  /// The permission bits: those that change the user or the group of a program are not restored.
  std::optional<mode_t> mode;
  /// The names of stored fields whose values do not fit.
  std::vector<std::string> ignored;
};

/// Where no time of modification is stored, the upload date takes its place.
Attributes stored_attributes(const FileInfo& file);

/// The metadata with one field set, behind the others.
Document with_field(const std::optional<Document>& metadata, std::string_view key, const Value& value);

Document with_attributes(const std::optional<Document>& metadata, const struct stat& status);

}  // namespace gridfs::transfer
