/// How many files there are below prefixes, and their size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "gridfs/bucket.hpp"

#include "transfer/listener.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

struct UsageSettings {
  /// As of StoredTree.
  std::string prefix;
  /// How many levels of directories below it are reported.
  std::size_t depth = 1;
  /// Count every revision of a name, not only the newest.
  bool all_revisions = false;
};

struct Usage {
  /// With the `/` at its end, or the one of the settings as it is.
  std::string prefix;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
};

/// Counts the files below a prefix. Files without a name are below the empty one. Memory depends on `depth` alone.
/// @param report  called with each directory, behind those that are in it, and last with the prefix itself, unless that
///                could not be listed
/// @throws as Tally::failed()
Tally measure_usage(const Bucket& bucket, const UsageSettings& settings,
                    const std::function<void(const Usage&)>& report, Listener& listener);

}  // namespace gridfs::transfer
