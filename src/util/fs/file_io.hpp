/// System calls on files, whose failures are LocalErrors. `shown` is what the message calls the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <sys/stat.h>

#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Takes the descriptor that a system call has returned; -1 is its failure.
UniqueFd checked(int fd, const std::string& shown);

struct stat status_of(int fd, const std::string& shown);

/// Writes all of it at once; for a descriptor that blocks.
void write_all(int fd, std::span<const std::byte> bytes, const std::string& shown);
void write_all_at(int fd, std::int64_t offset, std::span<const std::byte> bytes, const std::string& shown);

/// Flushes to disk what was written. Does nothing where there is nothing to flush (a pipe, a terminal).
void sync_file(int fd, const std::string& shown);

/// Some file systems report only here that the bytes were not written.
void close_file(UniqueFd& file, const std::string& shown);

}  // namespace gridfs::util
