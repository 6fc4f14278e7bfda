/// Where a local file is to be put, which stored names may say so, and what is there already.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "util/fs/file_io.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// A name in a directory that is open, so that nothing between them can be exchanged.
struct Target {
  UniqueFd directory;
  std::string name;
  /// As the user knows it, for messages.
  std::string shown;
};

/// Why a stored name must not be used as a local path, or nothing if it may: it is empty, absolute, ends in `/`, has an
/// empty, `.` or `..` component, a component that is too long, or holds NUL or control characters.
std::optional<std::string> unsafe_name_reason(std::string_view name);

/// The components between the slashes of a name that is safe.
std::vector<std::string> name_components(std::string_view name);

/// The target of a path that the user gave; symbolic links in it are followed, as anywhere. One at its end is followed
/// to a regular file, not to nowhere, and not to an open descriptor, as /dev/stdout is.
/// @throws LocalError  its directory cannot be opened
Target target_of_path(const std::string& path);

/// The target of a stored name below a directory. Directories that are missing are made; one that is a symbolic link is
/// refused, for it may lead out.
/// @param root  "" is the current directory; otherwise made if it is missing (the user's own path: links are followed)
/// @param name  must be safe (unsafe_name_reason)
/// @param sync  is called for each directory in which one was made; empty: none is made
/// @throws LocalError
Target target_below(const std::string& root, const std::string& name, const SyncDirectory& sync = sync_directory);

/// Opens what is below a directory, under any name that a walk through it finds, for reading.
/// @throws LocalError  ELOOP: a component of the name is a symbolic link; …
UniqueFd open_below(const std::string& root, const std::string& name, int flags);

/// Removes a regular file below a directory.
/// @param name      must be safe (unsafe_name_reason)
/// @param modified  its time of last modification
/// @return          false if it has another one
/// @throws LocalError  also if it is no regular file
bool remove_below(const std::string& root, const std::string& name,
                  std::chrono::sys_time<std::chrono::milliseconds> modified);

/// Removes a directory and those below it, as far as they hold nothing else.
void remove_empty_directories(const std::string& path);

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

/// Locks a file that a download writes. False, with errno, where it cannot be locked at all.
/// @throws LocalError  EBUSY: it is locked
bool lock_download(int file, const std::string& shown);

/// Opens an existing file for overwriting; it is not changed yet, and locked as long as it is open.
/// @throws LocalError  EEXIST: it is another file by now; EBUSY: it is being overwritten
UniqueFd open_for_overwriting(const Target& target, const ExistingFile& existing);

/// Gives a new file the mode of the one that it is to replace, and its owner and group where that is allowed. Where it
/// is not, bits of the mode that would grant access to others than before are left out.
/// @throws LocalError
void adopt_mode(int file, const ExistingFile& existing, const std::string& shown);

}  // namespace gridfs::util
