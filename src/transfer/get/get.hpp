/// Fetching stored files to local ones.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "gridfs/bucket.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/listener.hpp"
#include "transfer/lookup.hpp"
#include "transfer/tally.hpp"
#include "util/fs/output_file.hpp"

namespace gridfs::transfer {

struct GetSettings {
  Lookup lookup;
  /// The names are prefixes: fetch the newest revision of every name below them.
  bool recursive = false;
  /// For the files below them.
  FileFilter filter;
  /// A regular expression of the server's, which the names must match.
  std::optional<std::string> pattern;

  /// A file to write, or a directory; if empty, the stored names in the current directory.
  std::optional<std::string> output;
  /// Replace local files that are there.
  bool force = false;
  /// Skip files whose local ones are the same already: by size and time, or by a stored checksum; with `checksum`, by
  /// that alone.
  bool skip_existing = false;
  /// Restore the stored time of modification and mode; where none are stored, set the time to the upload date.
  bool preserve = false;
  /// Resume an earlier download with this setting, and keep what this one gets if it fails.
  bool resume = false;
  /// Refuse files without a stored checksum. One that is stored is always compared.
  bool checksum = false;
  /// Flush each file and its directory to the disk before it is reported as written; not for `resume`, which always
  /// does.
  bool sync = true;

  /// Over all connections.
  std::optional<std::int64_t> bytes_per_second;

  bool dry_run = false;
  /// Ends the waiting for the reader of a FIFO.
  std::stop_token stop;

  [[nodiscard]] util::OutputFile::Existing existing() const noexcept {
    return force ? util::OutputFile::Existing::replace : util::OutputFile::Existing::refuse;
  }
};

/// Fetches files. One that fails is reported, and the others are still fetched, unless they would fail as well.
/// @throws util::LocalError  ENOTDIR: with recursive, the output is no directory
/// @throws as Tally::failed()
Tally get(const Bucket& bucket, const GetSettings& settings, Listener& listener);

}  // namespace gridfs::transfer
