/// From the global options and the environment to the options of a client and a bucket.
#pragma once

#include <stop_token>

#include "gridfs/bucket.hpp"

#include "cli/options/global_options.hpp"

namespace gridfs::cli {

/// Finds the connection string and the password, asking for the latter where it must.
/// @throws UsageError, util::LocalError, util::Interrupted
ClientOptions client_options(const GlobalOptions& options, const std::stop_token& stop);

/// What a command does to the bucket. To read from it, an unacknowledged write concern does not matter.
enum class Access { read, write };

BucketOptions bucket_options(const GlobalOptions& options, Access access);

}  // namespace gridfs::cli
