/// get-by-name -r.
#pragma once

#include "cli/context.hpp"
#include "cli/exit_code.hpp"
#include "cli/get_options.hpp"

namespace gridfs::cli {

/// Fetches the newest revision of every name below the prefixes. A file that fails is named on standard error, and the
/// others are fetched all the same, unless that is hopeless.
ExitCode get_trees(const GetOptions& options, Context& context);

}  // namespace gridfs::cli
