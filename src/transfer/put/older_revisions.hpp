/// Removing older revisions, for put --replace.
#pragma once

#include <stdexcept>

#include "gridfs/bucket.hpp"

#include "transfer/listener.hpp"

namespace gridfs::transfer {

/// The new revision is stored, but older ones are left, or another one has a later date.
class OlderRevisionsLeft : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Removes the revisions of a file's name that were stored before it. Of two that were stored in the same millisecond,
/// the one with the lower `_id` is the older, so that two replacements at once never remove each other.
/// @param bucket  reads from the primary
/// @throws OlderRevisionsLeft  one could not be removed, or is newer than this file
void remove_older_revisions(const Bucket& bucket, const FileInfo& stored, Listener& listener);

}  // namespace gridfs::transfer
