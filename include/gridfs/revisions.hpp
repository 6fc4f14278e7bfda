/// The revisions of a name, in their one order: by upload date, then by `_id`, as the server orders ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gridfs/bucket.hpp"

namespace gridfs {

/// The sort of a find that gives the revisions of one name, from the first, or with -1 from the newest.
Document revision_order(std::int32_t direction = 1);

/// The sort that gives files by their names, for which buckets have an index. Among files of one name and one date it
/// says nothing: FilesByName does.
Document name_order();

/// Files in the order of their names, byte by byte; those of one name in the order of revisions. Those without a name
/// come first. Memory is bounded, whatever the number of files. Not safe to share between threads. Movable.
class FilesByName {
 public:
  /// @param options  `sort`, `skip`, `limit` and `collation` must be empty, and a projection have `filename` and
  ///                 `uploadDate`
  FilesByName(const Bucket& bucket, Document filter = {}, FindOptions options = {});

  /// The next file, or nothing at the end. Throws as FileCursor::next().
  std::optional<FileInfo> next();

 private:
  std::optional<FileInfo> next_by_date();
  void order_by_id(const FileInfo& first);

  Bucket bucket_;
  Document filter_;
  FindOptions options_;
  FileCursor by_date_;
  std::optional<FileInfo> ahead_;
  bool started_ = false;
  // While files of one name and date come: their cursor.
  std::optional<FileCursor> by_id_;
};

}  // namespace gridfs
