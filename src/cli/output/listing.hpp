/// A listing whose files know which revision of their name they are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gridfs/revisions.hpp"

namespace gridfs::cli {

struct ListedFile {
  FileInfo file;
  std::optional<std::string> name;  // of the file
  /// 0 the first stored, 1, 2, …; empty for a file without a name.
  std::optional<std::int64_t> revision;
  bool newest = true;
};

/// Memory is bounded, whatever the number of files.
class Listing {
 public:
  virtual ~Listing() = default;

  virtual std::optional<ListedFile> next() = 0;
};

/// For files among which are all revisions of each of their names: counts along.
std::unique_ptr<Listing> count_revisions(FilesByName files);

/// For any files: looks the other revisions up, for many files at a time.
std::unique_ptr<Listing> look_up_revisions(const Bucket& bucket, FileCursor cursor);
std::unique_ptr<Listing> look_up_revisions(const Bucket& bucket, FilesByName files);

}  // namespace gridfs::cli
