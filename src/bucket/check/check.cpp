#include "gridfs/check.hpp"

#include "bucket/check/check_run.hpp"
#include "bucket/files/indexes.hpp"

namespace gridfs {

namespace {

struct Indexes {
  bool files;
  bool chunks;
};

Indexes find_indexes(const Bucket::Impl& bucket) {
  const auto find = [](const detail::Attempt& attempt) {
    return Indexes{detail::has_index(attempt, detail::Collection::files),
                   detail::has_index(attempt, detail::Collection::chunks)};
  };
  return detail::Operation(bucket, "looking at the indexes").run(find, detail::Reader::caller);
}

// Of those that the user may not look at none is missing, but nothing relies on them.
Indexes find_indexes(detail::CheckRun& run) {
  try {
    const Indexes indexes = find_indexes(run.bucket);
    run.chunks_are_indexed = indexes.chunks;
    return indexes;
  } catch (const AuthenticationError& error) {
    run.summary.indexes_not_seen = error.what();
    run.chunks_are_indexed = false;
    return {true, true};
  }
}

void report_missing_index(detail::CheckRun& run, std::string detail) {
  Finding finding;
  finding.kind = FindingKind::missing_index;
  finding.detail = std::move(detail);
  run.report(finding);
}

}  // namespace

std::string_view to_string(FindingKind kind) noexcept {
  switch (kind) {
    case FindingKind::bad_files_document:
      return "bad-files-document";
    case FindingKind::missing_chunk:
      return "missing-chunk";
    case FindingKind::wrong_chunk_size:
      return "wrong-chunk-size";
    case FindingKind::duplicate_chunk:
      return "duplicate-chunk";
    case FindingKind::superfluous_chunk:
      return "superfluous-chunk";
    case FindingKind::orphaned_chunks:
      return "orphaned-chunks";
    case FindingKind::orphaned_chunks_recent:
      return "orphaned-chunks-recent";
    case FindingKind::missing_index:
      return "missing-index";
    case FindingKind::checksum_mismatch:
      return "checksum-mismatch";
  }
  return "unknown";
}

CheckSummary check(const Bucket& bucket, const CheckOptions& options, const FindingHandler& handler) {
  detail::CheckRun run{bucket, Bucket::Impl::of(bucket), options, handler, {}};
  const Indexes indexes = find_indexes(run);
  detail::check_files(run);
  detail::check_orphans(run);
  // A bucket that is empty gets them with the first upload.
  if (!indexes.files && run.summary.files > 0) {
    report_missing_index(run, bucket.name() + ".files has no index {filename: 1, uploadDate: 1}");
  }
  if (!indexes.chunks && run.any_chunks) {
    report_missing_index(run, bucket.name() + ".chunks has no unique index {files_id: 1, n: 1}");
  }
  return run.summary;
}

CheckSummary check_file(const Bucket& bucket, const FileInfo& file, const CheckOptions& options,
                        const FindingHandler& handler) {
  detail::CheckRun run{bucket, Bucket::Impl::of(bucket), options, handler, {}};
  detail::check_one_file(run, file);
  return run.summary;
}

CheckSummary check_id(const Bucket& bucket, const Value& id, const CheckOptions& options,
                      const FindingHandler& handler) {
  try {
    return check_file(bucket, bucket.find_by_id(id), options, handler);
  } catch (const FileNotFound&) {
    detail::CheckRun run{bucket, Bucket::Impl::of(bucket), options, handler, {}};
    detail::check_orphans_of(run, id);
    if (run.summary.findings + run.summary.recent == 0) throw;
    return run.summary;
  }
}

}  // namespace gridfs
