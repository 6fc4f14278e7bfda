#include "util/fs/existing_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/wait.hpp"

namespace gridfs::util {

namespace {

using Kind = ExistingFile::Kind;

bool is_stream(mode_t mode) { return S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode); }

// Whether the name stands for an open descriptor, as /dev/stdout and /proc/self/fd/3 do. Whatever is open there is what
// is meant, not the link.
bool names_a_descriptor(const Target& target) {
  struct statfs system {};
  if (::fstatfs(target.directory.get(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC) return true;
  constexpr std::string_view prefix = "/proc/";
  std::array<char, prefix.size()> link{};
  const auto length = ::readlinkat(target.directory.get(), target.name.c_str(), link.data(), link.size());
  return length == static_cast<ssize_t>(link.size()) && std::equal(link.begin(), link.end(), prefix.begin());
}

// Whether opening has failed because a FIFO has no reader yet; one that has an open descriptor has had a reader.
bool awaits_reader(const Target& target, int error) {
  struct stat status {};
  return error == ENXIO && ::fstatat(target.directory.get(), target.name.c_str(), &status, 0) == 0 &&
         S_ISFIFO(status.st_mode) && !names_a_descriptor(target);
}

mode_t mode_without_group(mode_t mode) {
  constexpr int group_above_others = 3;
  const mode_t others = mode & S_IRWXO;
  return (mode & ~static_cast<mode_t>(S_IRWXG | S_ISGID)) | ((mode & S_IRWXG) & (others << group_above_others));
}

}  // namespace

ExistingFile find_existing(const Target& target) {
  ExistingFile found;
  const char* name = target.name.c_str();
  if (::fstatat(target.directory.get(), name, &found.status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    throw LocalError(target.shown, errno);
  }
  struct stat meant = found.status;
  const bool link = S_ISLNK(meant.st_mode);
  if (link && ::fstatat(target.directory.get(), name, &meant, 0) != 0) meant = found.status;
  if (S_ISDIR(found.status.st_mode)) {
    found.kind = Kind::directory;
  } else if (is_stream(meant.st_mode) || (link && names_a_descriptor(target))) {
    found.kind = Kind::stream;
  } else {
    found.kind = link ? Kind::other : Kind::file;
  }
  return found;
}

UniqueFd open_stream(const Target& target, const std::stop_token& stop) {
  constexpr int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  UniqueFd file;
  while (!(file = UniqueFd(::openat(target.directory.get(), target.name.c_str(), flags)))) {
    const int error = errno;
    if (!awaits_reader(target, error)) throw LocalError(target.shown, error);
    // Nothing reports that a reader has come.
    constexpr std::chrono::milliseconds step{20};
    pause(step, stop);
  }
  if (S_ISREG(status_of(file.get(), target.shown).st_mode)) {
    // Exchanged meanwhile, unless it is a descriptor that a shell has redirected to a file: that is appended to.
    if (!names_a_descriptor(target)) throw LocalError(target.shown, EEXIST);
    if (::fcntl(file.get(), F_SETFL, O_APPEND) != 0) throw LocalError(target.shown, errno);
  }
  return file;
}

UniqueFd open_for_overwriting(const Target& target, const ExistingFile& existing) {
  constexpr int flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  UniqueFd file = checked(::openat(target.directory.get(), target.name.c_str(), flags), target.shown);
  const auto status = status_of(file.get(), target.shown);
  const bool same = status.st_dev == existing.status.st_dev && status.st_ino == existing.status.st_ino;
  if (!S_ISREG(status.st_mode) || !same) throw LocalError(target.shown, EEXIST);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw LocalError(target.shown, "another download of it is under way", EBUSY);
  }
  return file;
}

void adopt_mode(int file, const ExistingFile& existing, const std::string& shown) {
  const auto status = status_of(file, shown);
  mode_t mode = existing.status.st_mode & ALLPERMS;
  const uid_t owner = existing.status.st_uid;
  const gid_t group = existing.status.st_gid;
  constexpr auto unchanged = static_cast<uid_t>(-1);
  if (status.st_uid != owner && ::fchown(file, owner, unchanged) != 0) mode &= ~static_cast<mode_t>(S_ISUID);
  if (status.st_gid != group && ::fchown(file, unchanged, group) != 0) mode = mode_without_group(mode);
  // Some file systems have no modes.
  if (::fchmod(file, mode) != 0 && errno != EPERM && errno != ENOTSUP && errno != ENOSYS) {
    throw LocalError(shown, errno);
  }
}

}  // namespace gridfs::util
