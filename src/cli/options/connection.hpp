/// From the global options and the environment to the options of a client and a bucket.
#pragma once

#include <stop_token>

#include "gridfs/bucket.hpp"

#include "cli/options/global_options.hpp"

namespace gridfs::cli {

/// Finds the connection string and the password, for which it may prompt.
/// @throws UsageError, util::LocalError, util::Interrupted
ClientOptions client_options(const GlobalOptions& options, const std::stop_token& stop);

/// For reading, an unacknowledged write concern does not matter.
enum class Access { read, write };

BucketOptions bucket_options(const GlobalOptions& options, Access access);

}  // namespace gridfs::cli
