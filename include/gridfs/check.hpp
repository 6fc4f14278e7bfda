/// Bucket integrity check: files against their chunks, orphaned chunks, and indexes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gridfs/bucket.hpp"
#include "gridfs/export.hpp"

namespace gridfs {

enum class FindingKind {
  bad_files_document,  ///< a field is missing or invalid
  missing_chunk,
  wrong_chunk_size,        ///< or no data
  duplicate_chunk,         ///< several chunks with the same sequence number
  superfluous_chunk,       ///< beyond the end of the file, or without a sequence number
  orphaned_chunks,         ///< chunks of an `_id` that no file has
  orphaned_chunks_recent,  ///< the same, but younger than min_age: may belong to an upload in progress
  missing_index,           ///< one that the GridFS specification requires
  checksum_mismatch,       ///< reported by CheckOptions::compare_content
};

/// The name in the program's output: `missing-chunk`.
[[nodiscard]] GRIDFS_EXPORT std::string_view to_string(FindingKind kind) noexcept;

enum class Removal { none, would_be_done, done };

struct Finding {
  FindingKind kind = FindingKind::bad_files_document;
  /// The `_id` of the file, or the `files_id` of orphaned chunks; empty for an index.
  std::optional<Value> id;
  std::optional<std::string> filename;
  /// A description in one line. Names are not escaped.
  std::string detail;
  /// The number of chunks concerned, and their size in bytes if the server can measure it.
  std::optional<std::int64_t> chunks;
  std::optional<std::int64_t> bytes;
  Removal removal = Removal::none;
};

/// Called for each finding. An exception ends the check and is passed on to the caller.
using FindingHandler = std::function<void(const Finding&)>;

/// Whether to remove orphaned chunks; nothing else is ever removed.
enum class Repair { no, plan, yes };

struct CheckOptions {
  Repair repair = Repair::no;
  /// Orphaned chunks are removed only if the newest of them is at least this old, since they may belong to an upload in
  /// progress. Their age is taken from the time in their `_id`s, which the uploader's clock has set.
  std::chrono::seconds min_age = std::chrono::hours(24);
  /// Called for each file once its chunks are verified, before anything is reported of it. Content that
  /// compare_small_content verifies may be verified before.
  std::function<void(const FileInfo&)> on_file;
  /// Called for each file with all its chunks, to verify the content. The files document has the fields of the
  /// specification, but of the metadata only `sha256`. Returns a description of the mismatch, if there is one; throwing
  /// CorruptFile has the same effect.
  std::function<std::optional<std::string>(const FileInfo&)> compare_content;
  /// The same for files of at most max_small_file bytes, whose content is downloaded in batches. Called from several
  /// threads at once unless the bucket's `parallelism` is 1. If empty, compare_content is called for them, too.
  std::function<std::optional<std::string>(const FileInfo&, std::span<const std::byte> content)> compare_small_content;
};

struct CheckSummary {
  std::int64_t files = 0;
  /// The chunks of these files, and their size in bytes.
  std::int64_t chunks = 0;
  std::int64_t bytes = 0;
  /// Not counting FindingKind::orphaned_chunks_recent.
  std::int64_t findings = 0;
  /// The number of findings that were repaired.
  std::int64_t removed = 0;
  std::int64_t recent = 0;
  /// Why the indexes could not be listed, if the user is not authorized to; else empty.
  std::string indexes_not_seen;
  [[nodiscard]] bool clean() const noexcept { return findings == removed; }
};

/// Checks the whole bucket. Files that are stored or removed in the meantime are not reported. Memory use does not
/// depend on the number of files or chunks. Chunk data is read from servers that cannot measure it (before
/// MongoDB 4.4), and of files that look damaged.
///
/// Immediately before orphaned chunks are removed, the primary is asked whether a file or a newer chunk of their id
/// exists; only chunks that have been seen before are removed.
/// @throws ConnectionError, AuthenticationError, ServerError, Stopped
GRIDFS_EXPORT CheckSummary check(const Bucket& bucket, const CheckOptions& options, const FindingHandler& handler);

/// Checks one file, as returned by find_by_id(), without orphaned chunks and indexes. Throws as check().
GRIDFS_EXPORT CheckSummary check_file(const Bucket& bucket, const FileInfo& file, const CheckOptions& options,
                                      const FindingHandler& handler);

/// Checks the file with an `_id`, or else its orphaned chunks. Throws as check().
/// @throws FileNotFound  neither exists
GRIDFS_EXPORT CheckSummary check_id(const Bucket& bucket, const Value& id, const CheckOptions& options,
                                    const FindingHandler& handler);

}  // namespace gridfs
