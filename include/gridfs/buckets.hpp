/// The databases of a deployment, and the buckets of a database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"
#include "gridfs/export.hpp"

namespace gridfs {

struct BucketSize {
  std::string name;
  /// The counts that the server keeps: they may be off after it was killed, and of a sharded cluster.
  std::int64_t files = 0;
  /// Of the chunks of all revisions, with the other fields of chunk documents, before compression.
  std::int64_t bytes = 0;
};

/// The names of the databases of a deployment which the user may see, in their order, read from a secondary if there is
/// one. Throws as Bucket::find().
[[nodiscard]] GRIDFS_EXPORT std::vector<std::string> database_names(Client& client);

/// The names of the buckets in the database of `bucket`, in their order: those that have a files collection which the
/// user may see. Throws as Bucket::find().
[[nodiscard]] GRIDFS_EXPORT std::vector<std::string> bucket_names(const Bucket& bucket);

/// The size of a bucket in the database of `bucket`. Throws as Bucket::find().
[[nodiscard]] GRIDFS_EXPORT BucketSize bucket_size(const Bucket& bucket, const std::string& name);

}  // namespace gridfs
