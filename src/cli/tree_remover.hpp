/// rm -r.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/exit_code.hpp"
#include "cli/file_filter.hpp"

namespace gridfs::cli {

/// Removes every revision of every name below the prefixes that passes the filter. One that fails is named on standard
/// error, and the others are removed all the same, unless that is hopeless.
ExitCode remove_trees(const std::vector<std::string>& prefixes, const FileFilter& filter, Context& context);

}  // namespace gridfs::cli
