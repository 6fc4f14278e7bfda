/// Removing stored files.
#pragma once

#include <cstdint>
#include <functional>

#include "gridfs/bucket.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/listener.hpp"
#include "transfer/lookup.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

struct RemoveSettings {
  Lookup lookup;
  /// Remove every revision of each name.
  bool all_revisions = false;
  /// The ids are prefixes: remove every revision of every name below them.
  bool recursive = false;
  /// For the files below them.
  FileFilter filter;
  /// What is not there is no failure.
  bool ignore_missing = false;
  /// Asked before more than ten revisions that globs match are removed, with their number and that of their names;
  /// without it they are.
  std::function<bool(std::int64_t revisions, std::int64_t names)> confirm;

  bool dry_run = false;
};

/// Removes files. One that fails is reported, and the others are still removed, unless they would fail as well. Where
/// it throws one of the first two, nothing has been removed.
/// @param bucket  must read from the primary
/// @throws ConfigurationError  an id is not valid, or a name is a glob without `all_revisions`
/// @throws Error               `confirm` said no
/// @throws as Tally::failed()
Tally remove(const Bucket& bucket, const RemoveSettings& settings, Listener& listener);

}  // namespace gridfs::transfer
