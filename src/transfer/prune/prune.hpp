/// Removing old revisions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/listener.hpp"
#include "transfer/prune/retention.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

struct PruneSettings {
  RetentionPolicy policy;
  /// As of StoredTree.
  std::string prefix;
  /// Revisions that do not pass are kept, and count for nothing.
  FileFilter filter;
  bool dry_run = false;
};

/// What becomes of a revision.
struct Verdict {
  /// With the fields of a listing.
  const FileInfo& file;
  /// Why it is kept; empty if it is not.
  std::vector<std::string> reasons;
};

/// Removes the revisions that the policy does not keep. Files without a name or a date are kept, and so is what is
/// stored meanwhile.
/// @param bucket  must read from the primary
/// @param decided  called with every revision that passes the filter: the names in reverse order, of each the newest
///                 revision first; some may come again where the connection was lost
/// @throws as Tally::failed()
Tally prune(const Bucket& bucket, const PruneSettings& settings, const std::function<void(const Verdict&)>& decided,
            Listener& listener);

}  // namespace gridfs::transfer
