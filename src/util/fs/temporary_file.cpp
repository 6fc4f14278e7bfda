#include "util/fs/temporary_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::util {

namespace {

// Nobody's file ends in so many digits behind the mark: a date has eight, a time of Unix ten.
constexpr std::size_t random_digits = 9;

std::string temporary_name(const std::string& name) {
  // No file system in use allows fewer than 143 bytes (eCryptfs). A character is not cut in two: some refuse that.
  constexpr std::size_t longest = 128;
  auto length = std::min(name.size(), longest);
  while (length < name.size() && length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80) --length;
  std::random_device random;
  std::uniform_int_distribution<int> digit('0', '9');
  std::string result = '.' + name.substr(0, length) + ".gridfs-";
  for (std::size_t i = 0; i < random_digits; ++i) result += static_cast<char>(digit(random));
  return result;
}

std::string path_beside(const Target& target, const std::string& name) {
  const std::string_view shown = target.shown;
  const auto name_begin = shown.rfind('/') + 1;
  if (shown.substr(name_begin) == target.name) return std::string(shown.substr(0, name_begin)) + name;
  // The user has named a symbolic link, which may lead elsewhere.
  std::error_code error;
  const auto directory =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(target.directory.get()), error);
  return directory / name;
}

// What is behind the mark in the name of a download's file; empty if it is none.
std::string_view ending_of(std::string_view name) {
  constexpr std::string_view mark = ".gridfs-";
  name.remove_prefix(name.rfind('/') + 1);
  const auto at = name.rfind(mark);
  return at == 0 || at == std::string_view::npos || name.front() != '.' ? "" : name.substr(at + mark.size());
}

}  // namespace

bool is_temporary(std::string_view name) {
  const auto ending = ending_of(name);
  return ending.size() == random_digits && ending.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_kept_part(std::string_view name) {
  const auto ending = ending_of(name);
  return ending == "part" || ending == "part.state";
}

UniqueFd create_temporary(const Target& target, std::string& name, mode_t mode) {
  for (;;) {
    name = temporary_name(target.name);
    UniqueFd file(
        ::openat(target.directory.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (file) return file;
    const int error = errno;
    name.clear();
    if (error != EEXIST) throw LocalError(target.shown, error);
  }
}

UniqueFd open_kept(const Target& target, const std::string& name, mode_t mode) {
  // The name may be that of another file, or of none, by the time the lock is acquired: then again.
  for (;;) {
    UniqueFd file = open_beside(target, name, O_RDWR | O_CREAT, mode);
    const auto opened = status_of(file.get(), target.shown);
    if (!lock_download(file.get(), target.shown)) throw LocalError(target.shown, errno);
    struct stat named {};
    if (::fstatat(target.directory.get(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
        named.st_dev == opened.st_dev && named.st_ino == opened.st_ino) {
      if (mode == private_mode) set_mode(file.get(), mode, target.shown);
      return file;
    }
  }
}

UniqueFd open_beside(const Target& target, const std::string& name, int flags, mode_t mode) {
  constexpr int always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  UniqueFd file(::openat(target.directory.get(), name.c_str(), flags | always, mode));
  const int error = errno;
  struct stat status {};
  const bool is_there = file ? ::fstat(file.get(), &status) == 0
                             : ::fstatat(target.directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (is_there && !S_ISREG(status.st_mode)) {
    const char* what = S_ISDIR(status.st_mode)   ? "a directory"
                       : S_ISLNK(status.st_mode) ? "a symbolic link"
                                                 : "a special file";
    throw LocalError(path_beside(target, name), std::string(what) + " is in the way; remove it", EEXIST);
  }
  if (!file) throw LocalError(target.shown, error);
  return file;
}

}  // namespace gridfs::util
