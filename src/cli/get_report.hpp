/// What get and get-by-name say of a file.
#pragma once

#include <string>

#include "gridfs/file_info.hpp"

#include "cli/context.hpp"
#include "cli/get_options.hpp"
#include "cli/local_target.hpp"

namespace gridfs::cli {

/// @throws Error  a checksum is asked for, and none is stored
void check_checksum(const FileInfo& file, const GetOptions& options);

/// For a file that must not be replaced. @throws util::LocalError  EEXIST: something is there
void check_absent(const LocalTarget& target, const GetOptions& options);

void say_would_write(const FileInfo& file, const std::string& where);

/// Says that the file is there, on standard output with --json.
void say_written(const FileInfo& file, const std::string& path, Context& context);

}  // namespace gridfs::cli
