/// A listing whose files know which revision of their name they are.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gridfs/bucket.hpp"

namespace gridfs::cli {

struct ListedFile {
  FileInfo file;
  std::optional<std::string> name;  // of the file
  /// 0 the first stored, 1, 2, …; empty for a file without a name.
  std::optional<std::int64_t> revision;
  bool newest = true;
};

/// Each returns the next file, or nothing at the end. Memory does not grow with the number of files.
using Files = std::function<std::optional<FileInfo>()>;
using Listing = std::function<std::optional<ListedFile>()>;

/// For files in the order of FilesByName, among which are all revisions of each of their names: counts them.
Listing count_revisions(Files files);

/// For any files: looks up the other revisions, for many files at a time.
Listing look_up_revisions(const Bucket& bucket, Files files);

}  // namespace gridfs::cli
