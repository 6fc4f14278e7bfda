/// The files beside a target that hold what is downloaded to it.
#pragma once

#include <string>
#include <string_view>

#include <sys/stat.h>

#include "util/fs/target.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Until a file gets another one.
constexpr mode_t private_mode = 0600;

/// Whether a file's name, which may have a path before it, is one that create_temporary() makes: a download is under
/// way, or was killed.
bool is_temporary(std::string_view name);

/// Whether it is that of a part that is kept to be resumed, or of its state.
bool is_kept_part(std::string_view name);

/// Makes a file with a new name.
/// @param name  is set to it
/// @param mode  less the umask
/// @throws LocalError
UniqueFd create_temporary(const Target& target, std::string& name, mode_t mode);

/// Opens a file with a name that stays the same, or makes it, and locks it.
/// @param mode  as above; private_mode is given to one that was there, too
/// @throws LocalError  EBUSY: it is locked; as open_beside()
UniqueFd open_kept(const Target& target, const std::string& name, mode_t mode);

/// Opens a regular file beside the target.
/// @param mode  of one that is made
/// @throws LocalError  EEXIST: something else has its name
UniqueFd open_beside(const Target& target, const std::string& name, int flags, mode_t mode = 0);

}  // namespace gridfs::util
