/// What a sync does about each name.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gridfs/file_info.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/get/local_target.hpp"

namespace gridfs::transfer {

/// A file of one side.
struct SyncFile {
  /// Below the directory, or the prefix.
  std::string name;
  std::int64_t size = 0;
  std::optional<DateTime> modified;
  /// What it is, if it can be neither transferred nor replaced: `a symbolic link`.
  std::string other;
  /// Of a stored file.
  std::optional<FileInfo> stored;
};

enum class Comparison { time, checksum, size };

/// By size, and with Comparison::time by time, which file systems keep to the nanosecond and a bucket to the
/// millisecond.
bool is_same(const SyncFile& one, const SyncFile& other, Comparison comparison);

/// Decides from two listings, both in the order of the bytes of names, and keeps next to nothing of them.
///
/// Filters say what may be written or removed, not what is there: a file that they reject at the source stays as it is
/// at the destination. So does what has the name of something else at the source, such as a symbolic link, or is below
/// that.
class SyncPlan {
 public:
  enum class Direction { to_bucket, to_directory };

  /// Called in the order of names.
  struct Actions {
    std::function<bool(const SyncFile& source, const SyncFile& destination)> is_same;
    /// @param destination  what is to be replaced; null if there is nothing
    std::function<void(const SyncFile& source, const SyncFile* destination)> transfer;
    std::function<void(const SyncFile& source)> keep;
    /// The source does not have it.
    std::function<void(const SyncFile& destination)> extra;
  };

  /// @param next_local  returns the next local file, or nothing at the end
  SyncPlan(Direction direction, FileFilter filter, std::function<std::optional<SyncFile>()> next_local,
           Actions actions);

  /// To be called for each stored file, and then finish().
  /// @throws Error  a listing is not in its order
  void stored(const SyncFile& file);
  void finish();

  /// How many the source has, whatever the filters say.
  [[nodiscard]] std::int64_t source_files() const noexcept { return source_files_; }

 private:
  void decide(const SyncFile* local, const SyncFile* stored);
  void advance();

  Direction direction_;
  FileFilter filter_;
  std::function<std::optional<SyncFile>()> next_local_;
  Actions actions_;
  std::optional<SyncFile> local_;
  std::optional<std::string> last_stored_;
  bool started_ = false;
  PathConflicts others_;  // of the source
  std::int64_t source_files_ = 0;
};

}  // namespace gridfs::transfer
