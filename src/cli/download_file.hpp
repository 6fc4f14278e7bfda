/// A stored file on its way to a local one, or to standard output.
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>

#include "gridfs/bucket.hpp"

#include "cli/checksum.hpp"
#include "cli/output.hpp"
#include "util/output_file.hpp"

namespace gridfs::cli {

struct LocalFileOptions {
  util::OutputFile::Existing existing = util::OutputFile::Existing::refuse;
  /// Set the file's time to its upload date.
  bool preserve = false;
  /// Go on with what an earlier download has left, and leave what this one gets if it fails.
  bool resume = false;
  /// Flushes the directory of a file that is there.
  util::SyncDirectory sync = util::sync_directory;
  /// Ends the waiting for whoever reads a FIFO.
  std::stop_token stop;
};

/// How a file that has a checksum is hashed; others are not.
HashBeside::Mode hash_mode_for(const FileInfo& file, int jobs);

/// The local file appears only when all of it is there, and its checksum is right where one is stored.
/// @throws util::LocalError, CorruptFile, FileNotFound, ConnectionError, …
void download_to_file(const Bucket& bucket, const FileInfo& file, util::Target target, const LocalFileOptions& options,
                      HashBeside::Mode mode);

/// The same for a file whose content is here already.
/// @throws util::LocalError, CorruptFile
void write_to_file(const FileInfo& file, std::span<const std::byte> content, util::Target target,
                   const LocalFileOptions& options);

/// The checksum, where one is stored, is compared when all has been written.
void download_to_output(const Bucket& bucket, const FileInfo& file, Output& output, HashBeside::Mode mode);

}  // namespace gridfs::cli
