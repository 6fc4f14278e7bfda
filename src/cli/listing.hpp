/// A listing whose files know which revision of their name they are.
#pragma once

#include <cstdint>
#include <memory>
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

/// Memory is bounded, whatever the number of files.
class Listing {
 public:
  virtual ~Listing() = default;
  Listing(const Listing&) = delete;
  Listing& operator=(const Listing&) = delete;
  Listing(Listing&&) = delete;
  Listing& operator=(Listing&&) = delete;

  virtual std::optional<ListedFile> next() = 0;

 protected:
  Listing() = default;
};

/// For a cursor that gives all revisions of each of its names, in the order of filename and upload date: counts along.
std::unique_ptr<Listing> count_revisions(FileCursor cursor);

/// For any cursor: looks the other revisions up, for many files at a time.
std::unique_ptr<Listing> look_up_revisions(const Bucket& bucket, FileCursor cursor);

/// The order that count_revisions() needs: `{filename: 1, uploadDate: 1}`, which the bucket's index has.
Document revision_order();

}  // namespace gridfs::cli
