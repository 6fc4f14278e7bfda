/// Looking a bucket over: files against their chunks, chunks that belong to no file, and the indexes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gridfs/bucket.hpp"

namespace gridfs {

enum class FindingKind {
  bad_files_document,  ///< a field is missing, or holds nonsense
  missing_chunk,
  wrong_chunk_size,        ///< or no data at all
  duplicate_chunk,         ///< a sequence number is there more than once
  superfluous_chunk,       ///< behind the end of the file, or without a sequence number
  orphaned_chunks,         ///< the chunks of an `_id` that no file has
  orphaned_chunks_recent,  ///< the same, but young: an upload may be under way, so that nothing is wrong
  missing_index,           ///< one that the GridFS specification asks for
  checksum_mismatch,       ///< what CheckOptions::compare_content has found
};

/// As scripts know it: `missing-chunk`.
[[nodiscard]] std::string_view to_string(FindingKind kind) noexcept;

enum class Removal { none, would_be_done, done };

struct Finding {
  FindingKind kind = FindingKind::bad_files_document;
  /// Of the file, or what the orphaned chunks bear as that of their file; empty for an index.
  std::optional<Value> id;
  std::optional<std::string> filename;
  /// One line of plain English, with names as they are stored, so that a terminal needs them escaped.
  std::string detail;
  /// How many chunks it is about, and their bytes where the server could tell.
  std::optional<std::int64_t> chunks;
  std::optional<std::int64_t> bytes;
  Removal removal = Removal::none;
};

/// Called for each finding as soon as it is certain. What it throws ends the check.
using FindingHandler = std::function<void(const Finding&)>;

/// Whether to remove orphaned chunks; nothing else is ever removed.
enum class Repair { no, plan, yes };

struct CheckOptions {
  Repair repair = Repair::no;
  /// Orphaned chunks of which the newest is younger may be of an upload under way. By the time in their `_id`s, which
  /// the clock of whoever stored them has set.
  std::chrono::seconds min_age = std::chrono::hours(24);
  /// Called for each file whose chunks are all there. The files document that it gets has the fields of the
  /// specification, but of the metadata only `sha256`. It returns what is wrong with the content, if anything is; a
  /// CorruptFile that it throws counts as that.
  std::function<std::optional<std::string>(const FileInfo&)> compare_content;
};

struct CheckSummary {
  std::int64_t files = 0;
  /// Of these files, and their bytes.
  std::int64_t chunks = 0;
  std::int64_t bytes = 0;
  /// Without FindingKind::orphaned_chunks_recent, which are counted apart.
  std::int64_t findings = 0;
  /// Of the findings, how many have been put right.
  std::int64_t removed = 0;
  std::int64_t recent = 0;
  /// Why the indexes could not be looked at, where the user may not; else empty.
  std::string indexes_not_seen;
  [[nodiscard]] bool clean() const noexcept { return findings == removed; }
};

/// Checks the whole bucket. Files that come and go meanwhile do not make findings. Memory does not grow with the number
/// of files or chunks; the data are read only by servers that cannot tell their length (MongoDB can from 4.4 on).
///
/// Where orphaned chunks are removed, the primary is asked immediately before whether a file, or a newer chunk, has
/// come; only chunks that have been seen go.
/// @throws ConnectionError, AuthenticationError, ServerError, Stopped
CheckSummary check(const Bucket& bucket, const CheckOptions& options, const FindingHandler& handler);

/// Checks one file, as find_by_id() has given it: no orphaned chunks, no indexes. Throws as check().
CheckSummary check_file(const Bucket& bucket, const FileInfo& file, const CheckOptions& options,
                        const FindingHandler& handler);

/// Checks what is stored under an `_id`: the file, or else orphaned chunks. Throws as check().
/// @throws FileNotFound  there is neither
CheckSummary check_id(const Bucket& bucket, const Value& id, const CheckOptions& options,
                      const FindingHandler& handler);

}  // namespace gridfs
