#include "util/output_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <random>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "util/local_error.hpp"

namespace gridfs::util {

namespace {

constexpr mode_t file_mode = 0666;  // less the umask

bool is_written_in_place(mode_t mode) { return S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode); }

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

struct InTheWay {
  bool something = false;
  bool directory = false;
  bool written_in_place = false;
};

InTheWay look_at(const Target& target) {
  struct stat status {};
  const char* name = target.name.c_str();
  if (::fstatat(target.directory.get(), name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    throw LocalError(target.shown, errno);
  }
  InTheWay found{.something = true, .directory = S_ISDIR(status.st_mode)};
  const bool link = S_ISLNK(status.st_mode);
  if (link && ::fstatat(target.directory.get(), name, &status, 0) != 0) return found;
  found.written_in_place = is_written_in_place(status.st_mode) || (link && names_a_descriptor(target));
  return found;
}

UniqueFd open_in_place(const Target& target) {
  UniqueFd file(::openat(target.directory.get(), target.name.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) throw LocalError(target.shown, errno);
  if (S_ISREG(status.st_mode)) {
    // Exchanged since it was looked at, unless it is a descriptor that a shell redirected to a file: that is written
    // on.
    if (!names_a_descriptor(target)) throw LocalError(target.shown, EEXIST);
    if (::fcntl(file.get(), F_SETFL, O_APPEND) != 0) throw LocalError(target.shown, errno);
  }
  return file;
}

std::string temporary_name(const std::string& name) {
  // No file system in use allows fewer than 143 bytes (eCryptfs). A character is not cut in two: some refuse that.
  constexpr std::size_t longest = 128;
  auto length = std::min(name.size(), longest);
  while (length < name.size() && length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80) --length;
  constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr int random_letters = 6;
  std::random_device random;
  std::uniform_int_distribution<std::size_t> letter(0, letters.size() - 1);
  std::string result = '.' + name.substr(0, length) + ".gridfs-";
  for (int i = 0; i < random_letters; ++i) result += letters[letter(random)];
  return result;
}

UniqueFd create_temporary(const Target& target, std::string& name) {
  for (;;) {
    name = temporary_name(target.name);
    UniqueFd file(::openat(target.directory.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                           file_mode));
    if (file) return file;
    const int error = errno;
    name.clear();
    if (error != EEXIST) throw LocalError(target.shown, error);
  }
}

UniqueFd open_kept(const Target& target, const std::string& name) {
  constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  UniqueFd file(::openat(target.directory.get(), name.c_str(), flags, file_mode));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) throw LocalError(target.shown, errno);
  if (!S_ISREG(status.st_mode)) throw LocalError(name, EEXIST);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    throw LocalError(target.shown, "another download of it is under way", EBUSY);
  }
  return file;
}

template <class Write>
void write_all(std::span<const std::byte> bytes, const std::string& shown, Write&& write) {
  while (!bytes.empty()) {
    const ssize_t written = write(bytes);
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      throw LocalError(shown, errno);
    }
  }
}

// For file systems that can neither rename without replacing nor link: claims the name with an empty file first.
int claim_and_rename(int directory, const char* from, const char* to) {
  const UniqueFd claimed(::openat(directory, to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, file_mode));
  if (!claimed) return errno;
  if (::renameat(directory, from, directory, to) == 0) return 0;
  const int error = errno;
  ::unlinkat(directory, to, 0);
  return error;
}

// Renames, but replaces nothing. Returns an errno.
int rename_without_replacing(int directory, const char* from, const char* to) {
  if (::renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::linkat(directory, from, directory, to, 0) == 0) {
    ::unlinkat(directory, from, 0);
    return 0;
  }
  const bool no_links = errno == EPERM || errno == ENOSYS || errno == ENOTSUP || errno == EMLINK;
  return no_links ? claim_and_rename(directory, from, to) : errno;
}

}  // namespace

bool OutputFile::opened_in_place() {
  const auto found = look_at(target_);
  if (found.directory) throw LocalError(target_.shown, EISDIR);
  if (found.written_in_place) {
    file_ = open_in_place(target_);
    return true;
  }
  if (found.something && existing_ == Existing::refuse) throw LocalError(target_.shown, EEXIST);
  return false;
}

OutputFile::OutputFile(Target target, Existing existing) : target_(std::move(target)), existing_(existing) {
  if (!opened_in_place()) file_ = create_temporary(target_, temporary_);
}

OutputFile::OutputFile(Target target, Existing existing, std::string temporary_name)
    : target_(std::move(target)), existing_(existing) {
  if (!opened_in_place()) {
    file_ = open_kept(target_, temporary_name);
    temporary_ = std::move(temporary_name);
  }
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlinkat(target_.directory.get(), temporary_.c_str(), 0);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : target_(std::move(other.target_)),
      existing_(other.existing_),
      file_(std::move(other.file_)),
      temporary_(std::exchange(other.temporary_, {})) {}

void OutputFile::write(std::span<const std::byte> bytes) {
  write_all(bytes, target_.shown, [&](auto rest) { return ::write(file_.get(), rest.data(), rest.size()); });
}

void OutputFile::write_at(std::int64_t offset, std::span<const std::byte> bytes) {
  write_all(bytes, target_.shown, [&](auto rest) {
    const ssize_t written = ::pwrite(file_.get(), rest.data(), rest.size(), offset);
    if (written > 0) offset += written;
    return written;
  });
}

bool OutputFile::seekable() const noexcept { return !temporary_.empty(); }

void OutputFile::set_modified(std::int64_t milliseconds) {
  if (temporary_.empty()) return;
  constexpr std::int64_t per_second = 1000;
  constexpr std::int64_t nanoseconds = 1'000'000;
  auto seconds = milliseconds / per_second;
  auto rest = milliseconds % per_second;
  if (rest < 0) {
    --seconds;
    rest += per_second;
  }
  const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, timespec{seconds, rest * nanoseconds}};
  if (::futimens(file_.get(), times.data()) != 0) throw LocalError(target_.shown, errno);
}

void OutputFile::commit(const SyncDirectory& sync) {
  sync_file(file_.get(), target_.shown);
  // Closed before it is put in place: where closing fails, what was there must stay.
  if (::close(file_.release()) != 0 && errno != EINTR) throw LocalError(target_.shown, errno);
  if (temporary_.empty()) return;
  const int directory = target_.directory.get();
  int error = 0;
  if (existing_ == Existing::refuse) {
    error = rename_without_replacing(directory, temporary_.c_str(), target_.name.c_str());
  } else if (::renameat(directory, temporary_.c_str(), directory, target_.name.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) throw LocalError(target_.shown, error);
  temporary_.clear();
  sync(target_.directory, target_.shown);
}

}  // namespace gridfs::util
