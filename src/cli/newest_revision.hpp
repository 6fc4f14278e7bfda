/// Fetching the newest revision of a name while others may replace it.
#pragma once

#include <functional>

#include "gridfs/bucket.hpp"

namespace gridfs::cli {

/// Calls `fetch(file)`. Where that fails because the file was removed or stored anew meanwhile, which is what
/// put --replace does to it, the newest revision of its name is looked up and fetched instead, three times at most.
/// @param file   has a name; afterwards, the revision that was fetched last
/// @param fetch  may be called again after it has thrown
/// @throws FileNotFound  there is no revision of the name any more
void fetch_newest(const Bucket& bucket, FileInfo& file, const std::function<void(const FileInfo&)>& fetch);

}  // namespace gridfs::cli
