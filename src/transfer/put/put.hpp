/// Storing local files.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/listener.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

struct PutSettings {
  /// Where the files are; `-` is standard input.
  std::vector<std::string> files;
  /// Lists of more of them, with a newline or NUL behind each; as a list, `-` is standard input, in one it is a file.
  std::optional<std::string> files_from;
  std::optional<std::string> files_from0;
  /// A shell command instead: what it prints is stored under `name`, if it succeeds.
  std::optional<std::string> from_command;
  /// Store the files below directories, under relative names.
  bool recursive = false;
  /// For the files below directories.
  FileFilter filter;

  /// For a single file; otherwise the last component of its path.
  std::optional<std::string> name;
  std::string name_prefix;
  /// Names are the paths as given; not with `recursive`.
  bool keep_path = false;
  /// For a single file; a new ObjectId if empty.
  std::optional<Value> id;
  std::optional<std::int32_t> chunk_size;
  std::optional<Document> metadata;
  /// `auto`: by the extension.
  std::optional<std::string> content_type;
  /// Store the SHA-256.
  bool checksum = false;
  /// Store the time of modification and the mode of a regular file.
  bool preserve = false;

  /// Read each file back and compare it with what was sent.
  bool verify = false;
  /// Store a file even if it changes while it is read.
  bool allow_changing = false;
  /// Skip a name that exists.
  bool if_absent = false;
  /// Remove the older revisions of a name once the new one is complete.
  bool replace = false;
  /// Date each file later than all revisions of its name.
  bool newest = false;

  /// Over all connections.
  std::optional<std::int64_t> bytes_per_second;

  bool dry_run = false;
  /// Ends the waiting for input.
  std::stop_token stop;
};

/// Stores files. One that fails is reported, and the others are still stored, unless they would fail as well.
/// @param bucket     must read from the primary, to decide what to remove
/// @param read_back  the same bucket for verifying: from the primary, and with the caller's read concern
/// @throws util::LocalError, util::Interrupted  a list cannot be read
/// @throws as Tally::failed()
Tally put(const Bucket& bucket, const Bucket& read_back, const PutSettings& settings, Listener& listener);

}  // namespace gridfs::transfer
