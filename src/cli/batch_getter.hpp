/// Fetching many files, small ones together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "cli/context.hpp"
#include "cli/download_file.hpp"
#include "cli/get_options.hpp"
#include "cli/local_target.hpp"
#include "cli/operands.hpp"
#include "util/directory_syncs.hpp"

namespace gridfs::cli {

/// Fetches files to local targets, many at a time. What became of each goes to a tally, and to standard output with
/// --json, in the order of adding.
class BatchGetter {
 public:
  /// All must outlive it.
  /// @param newest  where a file was replaced meanwhile, the newest revision of its name is fetched instead
  BatchGetter(const GetOptions& options, Context& context, OperandTally& tally, bool newest);

  /// Adds a file; those that were added are fetched when there are many. One that goes where another of them goes comes
  /// after it.
  /// @throws CorruptFile, Error, util::LocalError  it cannot be fetched so, or its target is in the way
  void add(const FileInfo& file, LocalTarget target);

  /// Fetches those that were added.
  void fetch();

 private:
  // A file on its way.
  struct Wanted {
    FileInfo file;
    LocalTarget target;
    bool small = false;
    bool written = false;
    std::exception_ptr error;
  };

  [[nodiscard]] bool is_full() const noexcept;
  void fetch_small(std::vector<Wanted>& wanted);
  void write(Wanted& one, std::span<const std::byte> content) const;
  void fetch_alone(Wanted& one);
  void fetch_file(Wanted& one);
  void conclude(const std::vector<Wanted>& wanted);

  const GetOptions& options_;
  Context& context_;
  OperandTally& tally_;
  bool newest_;
  const Bucket& bucket_;
  LocalFileOptions local_;
  util::DirectorySyncs syncs_;
  std::vector<Wanted> wanted_;
  std::set<std::string> paths_;  // of those
  std::int64_t bytes_ = 0;
  std::size_t document_bytes_ = 0;
};

}  // namespace gridfs::cli
