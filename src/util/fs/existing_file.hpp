/// What is there already where a file is to be put.
#pragma once

#include <stop_token>

#include <sys/stat.h>

#include "util/fs/target.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

struct ExistingFile {
  enum class Kind {
    none,
    file,   ///< a regular one
    other,  ///< a symbolic link, to a file or to nowhere
    directory,
    stream,  ///< a device, a FIFO or a socket, or a name of an open descriptor: written to as it is
  };
  Kind kind = Kind::none;
  struct stat status {};  // where there is something
};

/// @throws LocalError
ExistingFile find_existing(const Target& target);

/// Opens a stream. Waits until a FIFO has a reader.
/// @throws LocalError, Interrupted
UniqueFd open_stream(const Target& target, const std::stop_token& stop);

/// Opens an existing file for overwriting; it is not changed yet, and locked as long as it is open.
/// @throws LocalError  EEXIST: it is another file by now; EBUSY: it is being overwritten
UniqueFd open_for_overwriting(const Target& target, const ExistingFile& existing);

/// Gives a new file the mode of the one that it is to replace, and its owner and group where that is allowed. Where it
/// is not, bits of the mode that would grant access to others than before are left out.
/// @throws LocalError
void adopt_mode(int file, const ExistingFile& existing, const std::string& shown);

}  // namespace gridfs::util
