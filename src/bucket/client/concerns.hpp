/// The concerns of a bucket as libmongoc wants them.
#pragma once

#include "gridfs/bucket.hpp"

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

struct Concerns {
  WriteConcernHandle write;
  /// For removing what an upload that failed has stored: one that the deployment can meet even if it has too few
  /// members for the other.
  WriteConcernHandle cleanup;
  ReadConcernHandle read;
  ReadPrefsHandle prefs;
};

/// What the options say, and the connection string where they say nothing.
/// @throws ConfigurationError  a value is out of range, or the write concern is unacknowledged
Concerns resolve_concerns(const BucketOptions& options, const mongoc_uri_t* uri);

}  // namespace gridfs::detail
