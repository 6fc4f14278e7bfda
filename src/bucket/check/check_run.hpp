/// What the parts of one check share.
#pragma once

#include <string>

#include "gridfs/check.hpp"

#include "bucket/operation.hpp"

namespace gridfs::detail {

struct CheckRun {
  const Bucket& owner;
  const Bucket::Impl& bucket;
  const CheckOptions& options;
  const FindingHandler& handler;
  CheckSummary summary;
  /// Whether the server is thought able to tell the length of a chunk's data without sending them.
  bool server_knows_sizes = true;
  /// Whether the index is there that gives chunks in their order.
  bool chunks_are_indexed = true;
  /// Whether any chunk was seen, of a file or not.
  bool any_chunks = false;

  /// Counts a finding and hands it on.
  void report(const Finding& finding) {
    if (finding.kind == FindingKind::orphaned_chunks_recent) {
      ++summary.recent;
    } else {
      ++summary.findings;
      if (finding.removal == Removal::done) ++summary.removed;
    }
    handler(finding);
  }
};

/// Every file against its chunks.
void check_files(CheckRun& run);
void check_one_file(CheckRun& run, const FileInfo& file);

/// Chunks that belong to no file: reported, and removed if asked for.
void check_orphans(CheckRun& run);
/// Those of one `_id`.
void check_orphans_of(CheckRun& run, const Value& id);

}  // namespace gridfs::detail
