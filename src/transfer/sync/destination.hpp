/// What a sync writes to: a bucket, or a directory. Failures go to a tally.
#pragma once

#include <memory>

#include "gridfs/bucket.hpp"

#include "transfer/sync/extra_files.hpp"
#include "transfer/sync/plan.hpp"
#include "transfer/sync/sync.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

class SyncDestination {
 public:
  virtual ~SyncDestination() = default;

  /// Called for the files of the source that the filters accept, in the order of their names; finish() at the end.
  /// @param existing  what is to be replaced, or null
  /// @param may_wait  it will be called once more after the removals, for those that waited
  /// @return          false if the file waits: what may be removed is in its way
  virtual bool transfer(const SyncFile& source, const SyncFile* existing, bool may_wait) = 0;
  virtual void keep(const SyncFile& source) = 0;
  virtual void finish() = 0;

  /// Reports the transfers that were on their way when an exception came.
  virtual void settle() noexcept = 0;

  /// Removes a file, unless it is newer than it was; finish_removing() at the end.
  virtual void remove(const ExtraFiles::File& file) = 0;
  virtual void finish_removing() = 0;
};

/// All must outlive it.
std::unique_ptr<SyncDestination> sync_to_bucket(const Bucket& bucket, const Bucket& read_back,
                                                const SyncSettings& settings, Tally& tally);
std::unique_ptr<SyncDestination> sync_to_directory(const Bucket& bucket, const SyncSettings& settings, Tally& tally);

}  // namespace gridfs::transfer
