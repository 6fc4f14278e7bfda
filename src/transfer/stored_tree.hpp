/// The files stored below a prefix, as if names with slashes were paths.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gridfs/bucket.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

/// What a prefix means: one that ends in `/` is what lies below that directory, the empty one is everything, and any
/// other is the directory of that name, and the file of exactly that name if there is one.
class StoredTree {
 public:
  /// What the files are for. For a listing, their documents have only the fields `_id`, `filename`, `length` and
  /// `uploadDate`, the empty prefix includes files without a name, and it may find nothing.
  enum class Use { transfer, listing };
  enum class Revisions { newest, all };

  /// @param pattern  a regular expression: other names are as if they were not stored
  explicit StoredTree(std::string prefix, Use use = Use::transfer, std::optional<std::string> pattern = {})
      : prefix_(std::move(prefix)), use_(use), pattern_(std::move(pattern)) {}

  /// Calls `take` once for each file that passes the filter, in the order of their names. With Revisions::newest, a
  /// name whose newest revision does not pass is skipped. A damaged files document is a failure in `tally`; the listing
  /// ends once that must_stop(). Memory is bounded, and `take` may take any time.
  /// @throws FileNotFound  there was none, whether it would have passed or not
  void each(const Bucket& bucket, Revisions revisions, const FileFilter& filter, Tally& tally,
            const std::function<void(const FileInfo&)>& take) const;

  /// The same for all revisions of the files that have a name, in the reverse order: the newest revision of a name
  /// comes first. The documents are those of a listing.
  /// @param take  its second argument says that the revisions of another name start
  void each_from_newest(const Bucket& bucket, const FileFilter& filter, Tally& tally,
                        const std::function<void(const FileInfo&, bool starts_name)>& take) const;

  /// The local name of a file: without the prefix, if that ends in `/`, else from the last component of the prefix on.
  [[nodiscard]] std::string local_name(const std::string& stored_name) const;

 private:
  std::string prefix_;
  Use use_;
  std::optional<std::string> pattern_;
};

/// Calls `take` for the files whose names a glob (util::Glob) matches, as StoredTree::each() does. With Revisions::all
/// their documents are those of a listing.
/// @throws ConfigurationError  it is not valid
/// @throws FileNotFound        it matches none
void for_each_match(const Bucket& bucket, const std::string& glob, StoredTree::Revisions revisions, Tally& tally,
                    const std::function<void(const FileInfo&)>& take);

/// Calls `step` for each prefix until `tally` must_stop(), to which an exception is a failure.
void for_each_prefix(const std::vector<std::string>& prefixes, Tally& tally,
                     const std::function<void(const std::string&)>& step);

}  // namespace gridfs::transfer
