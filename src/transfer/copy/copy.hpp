/// Copying stored files to another bucket.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "gridfs/bucket.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/listener.hpp"
#include "transfer/lookup.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

struct CopySettings {
  Lookup lookup;
  /// The ids are prefixes: copy the newest revision of every name below them.
  bool recursive = false;
  /// For the files below them.
  FileFilter filter;

  /// Give the copies new ids, instead of those of the files.
  bool new_id = false;
  /// Skip a file of which the other bucket has a copy: one with its name, length and upload date, and its id unless new
  /// ones are given.
  bool if_absent = false;

  /// Read from one bucket and written to the other, together.
  std::optional<std::int64_t> bytes_per_second;

  bool dry_run = false;
  std::stop_token stop;
};

/// Copies files with their names, upload dates, chunk sizes and metadata. A copy is complete, with the stored checksum
/// if there is one, or it is not there. One that fails is reported, and the others are still copied, unless they would
/// fail as well.
/// @param to  another bucket, which reads from the primary
/// @throws as Tally::failed()
Tally copy(const Bucket& from, const Bucket& to, const CopySettings& settings, Listener& listener);

}  // namespace gridfs::transfer
