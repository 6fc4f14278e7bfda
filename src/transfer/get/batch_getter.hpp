/// Fetches stored files to local targets, many at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "transfer/get/file_getter.hpp"
#include "transfer/get/get.hpp"
#include "transfer/get/local_target.hpp"
#include "transfer/tally.hpp"
#include "util/fs/commit_group.hpp"
#include "util/fs/file_io.hpp"

namespace gridfs::transfer {

/// The outcomes are reported in the order of adding.
class BatchGetter {
 public:
  /// All must outlive it.
  BatchGetter(const Bucket& bucket, const GetSettings& settings, Tally& tally);

  /// Adds a file; they are fetched when there are many, and before one that has the same target is added.
  /// @throws as FileGetter::check(), and CorruptFile  it cannot be fetched
  void add(const FileInfo& file, LocalTarget target);

  /// Says that a file would be fetched.
  void plan(const FileInfo& file, const LocalTarget& target);

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

  struct Batch {
    std::vector<Wanted> wanted;
    std::set<std::string> paths;
    std::int64_t bytes = 0;
    std::size_t document_bytes = 0;

    // So many that fetching them together is worth it, and so few that they are soon there and take little memory.
    [[nodiscard]] bool is_full() const noexcept;
  };

  void fetch_small(std::vector<Wanted>& wanted);
  void write(Wanted& one, std::span<const std::byte> content);
  void fetch_alone(Wanted& one);
  void conclude(const std::vector<Wanted>& wanted);

  const Bucket& bucket_;
  const GetSettings& settings_;
  Tally& tally_;
  util::DirectorySyncs syncs_;
  FileGetter getter_;
  util::CommitGroup commits_;
  Batch batch_;
};

}  // namespace gridfs::transfer
