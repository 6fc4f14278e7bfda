/// Making what was written durable.
#pragma once

#include <functional>
#include <string>

#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Flushes what was written to a file. Where there is nothing that can be flushed (a pipe, a terminal), it does
/// nothing.
/// @throws LocalError  the disk failed
void sync_file(int fd, const std::string& shown);

/// Flushes the entries of a directory, which may be open with O_PATH. One that may not be read is left to the system.
/// @throws LocalError  the disk failed
void sync_directory(const UniqueFd& directory, const std::string& shown);

/// What does so, or sees to it that it is done later.
using SyncDirectory = std::function<void(const UniqueFd& directory, const std::string& shown)>;

}  // namespace gridfs::util
