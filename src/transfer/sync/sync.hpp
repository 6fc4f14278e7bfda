/// Mirrors a directory into a bucket, or back.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "gridfs/bucket.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/listener.hpp"
#include "transfer/sync/plan.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

struct SyncSettings {
  SyncPlan::Direction direction = SyncPlan::Direction::to_bucket;
  std::string directory;
  /// Of the stored names: empty, or ends in `/`.
  std::string prefix;
  /// For names below the directory or the prefix, and times of modification.
  FileFilter filter;
  Comparison comparison = Comparison::time;
  /// Store what symbolic links lead to.
  bool follow_links = false;
  /// Store a file even if it changes while it is read.
  bool allow_changing = false;
  /// Remove the older revisions of a name once the new one is complete.
  bool replace = false;
  /// Remove what the source does not have, all its revisions in a bucket, once everything else has succeeded.
  bool remove_extra = false;
  /// If there are more, none is removed.
  std::optional<std::int64_t> most_removed;

  /// Over all connections.
  std::optional<std::int64_t> bytes_per_second;

  bool dry_run = false;
  std::stop_token stop;
};

/// Transfers the files that differ, with their times of modification and modes. One that fails is reported, and the
/// others are still transferred, unless they would fail as well; then nothing is removed. Nothing is removed either if
/// the source is empty.
/// @param bucket     must read from the primary, to decide what to remove
/// @param read_back  as of put()
/// @throws util::LocalError  the directory is missing, for a source, or none; or there is no space for a list
/// @throws as Tally::failed()
Tally sync(const Bucket& bucket, const Bucket& read_back, const SyncSettings& settings, Listener& listener);

}  // namespace gridfs::transfer
