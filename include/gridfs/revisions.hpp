/// The order of the revisions of a name: by upload date, then by `_id` in the server's order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gridfs/bucket.hpp"
#include "gridfs/export.hpp"

namespace gridfs {

/// The sort for the revisions of one name: from the oldest, or with -1 from the newest.
GRIDFS_EXPORT Document revision_order(std::int32_t direction = 1);

/// The sort by name and upload date, for which buckets have an index, or with -1 the reverse. Files with the same name
/// and date are in no particular order; FilesByName orders them.
GRIDFS_EXPORT Document name_order(std::int32_t direction = 1);

/// Files sorted by name, byte by byte, and then in the order of revisions; files without a name come first. Memory use
/// does not depend on the number of files. Not thread-safe. Movable.
class GRIDFS_EXPORT FilesByName {
 public:
  /// @param options    `sort`, `skip`, `limit` and `collation` must be empty; a projection must include `filename` and
  ///                   `uploadDate`
  /// @param direction  -1: in the reverse order, so that the newest revision of a name comes first
  /// @throws ConfigurationError  an option is set that must be empty, or is not valid
  FilesByName(Bucket bucket, Document filter = {}, FindOptions options = {}, std::int32_t direction = 1);

  /// The next file, or nothing at the end. Throws as FileCursor::next().
  std::optional<FileInfo> next();

 private:
  std::optional<FileInfo> next_by_date();
  void order_by_id(const FileInfo& first);

  Bucket bucket_;
  Document filter_;
  FindOptions options_;
  std::int32_t direction_;
  FileCursor by_date_;
  std::optional<FileInfo> ahead_;
  bool started_ = false;
  // While files of one name and date come: their cursor.
  std::optional<FileCursor> by_id_;
};

}  // namespace gridfs
