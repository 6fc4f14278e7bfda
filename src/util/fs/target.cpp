#include "util/fs/target.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/wait.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::util {

namespace {

constexpr mode_t directory_mode = 0777;  // less the umask

// O_PATH: to write in a directory needs no permission to read it.
constexpr int directory_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

// No directory can be made there.
void refuse_dangling_links(const std::filesystem::path& path) {
  std::error_code error;
  if (path.empty() || std::filesystem::exists(path, error)) return;
  if (std::filesystem::is_symlink(path, error)) {
    throw LocalError(path, "is a symbolic link that leads nowhere", ENOTDIR);
  }
  if (path.has_relative_path()) refuse_dangling_links(path.parent_path());
}

UniqueFd open_root(const std::string& path, const SyncDirectory& sync) {
  UniqueFd directory(::open(path.c_str(), directory_flags));
  if (!directory && errno == ENOENT) {
    refuse_dangling_links(path);
    errno = ENOENT;
  }
  if (!directory && errno == ENOENT && sync) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) throw LocalError(path, error.value());
    directory = UniqueFd(::open(path.c_str(), directory_flags));
  }
  if (!directory) throw LocalError(path, errno);
  return directory;
}

[[noreturn]] void throw_not_followed(const UniqueFd& parent, const std::string& name, const std::string& shown,
                                     int error) {
  struct stat status {};
  if ((error == ENOTDIR || error == ELOOP) &&
      ::fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode)) {
    throw LocalError(shown, "is a symbolic link, which may lead elsewhere", ELOOP);
  }
  throw LocalError(shown, error);
}

// Opens a directory, and makes it if it is missing.
UniqueFd descend(const UniqueFd& parent, const std::string& name, const std::string& shown, const SyncDirectory& sync) {
  constexpr int flags = directory_flags | O_NOFOLLOW;
  UniqueFd directory(::openat(parent.get(), name.c_str(), flags));
  if (!directory && errno == ENOENT && sync) {
    if (::mkdirat(parent.get(), name.c_str(), directory_mode) == 0) {
      sync(parent, shown);
    } else if (errno != EEXIST) {
      throw LocalError(shown, errno);
    }
    directory = UniqueFd(::openat(parent.get(), name.c_str(), flags));
  }
  if (!directory) throw_not_followed(parent, name, shown, errno);
  return directory;
}

using Kind = ExistingFile::Kind;

bool is_stream(mode_t mode) { return S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode); }

// Whether the name is that of an open descriptor, as /dev/stdout and /proc/self/fd/3 are: what is open there is meant,
// not the link.
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

Target target_of_last_component(const std::string& path, const std::string& shown) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") throw LocalError(shown, EISDIR);
  const auto parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return {checked(::open(parent.c_str(), directory_flags), shown), name, shown};
}

mode_t mode_without_group(mode_t mode) {
  constexpr int group_above_others = 3;
  const mode_t others = mode & S_IRWXO;
  return (mode & ~static_cast<mode_t>(S_IRWXG | S_ISGID)) | ((mode & S_IRWXG) & (others << group_above_others));
}

Target place_below(const std::string& root, const std::string& name, const SyncDirectory& sync) {
  UniqueFd directory = open_root(root.empty() ? "." : root, sync);
  std::string shown = root;
  auto components = name_components(name);
  const auto file_name = std::move(components.back());
  components.pop_back();
  const auto show = [&](const std::string& component) {
    if (!shown.empty() && shown.back() != '/') shown += '/';
    shown += component;
  };
  for (const auto& component : components) {
    show(component);
    directory = descend(directory, component, shown, sync);
  }
  show(file_name);
  return {std::move(directory), file_name, shown};
}

}  // namespace

std::optional<std::string> unsafe_name_reason(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.find('\0') != std::string_view::npos) return "it holds NUL";
  if (holds_control_character(name)) return "it holds control characters";
  if (name.front() == '/') return "it is absolute";
  if (name.back() == '/') return "it ends in '/'";
  for (const auto& component : name_components(name)) {
    if (component.empty()) return "it has an empty component";
    if (component == "." || component == "..") return "it has a component '" + component + "'";
    if (component.size() > NAME_MAX) return "it has a component longer than " + std::to_string(NAME_MAX) + " bytes";
  }
  return std::nullopt;
}

std::vector<std::string> name_components(std::string_view name) {
  std::vector<std::string> components;
  for (;;) {
    const auto slash = name.find('/');
    components.emplace_back(name.substr(0, slash));
    if (slash == std::string_view::npos) return components;
    name.remove_prefix(slash + 1);
  }
}

Target target_of_path(const std::string& path) {
  if (path.empty()) throw LocalError(path, ENOENT);
  Target target = target_of_last_component(path, path);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return target;
  constexpr int most_links = 40;  // as the kernel follows
  std::filesystem::path place = path;
  for (int links = 0; links < most_links && !names_a_descriptor(target); ++links) {
    std::error_code error;
    const auto link = std::filesystem::read_symlink(place, error);
    if (error) break;  // it is none
    place = place.parent_path() / link;
    target = target_of_last_component(place, path);
  }
  return target;
}

Target target_below(const std::string& root, const std::string& name, const SyncDirectory& sync) {
  if (const auto reason = unsafe_name_reason(name)) throw LocalError(name, *reason, EINVAL);
  return place_below(root, name, sync);
}

UniqueFd open_below(const std::string& root, const std::string& name, int flags) {
  const Target place = place_below(root, name, {});
  UniqueFd file(::openat(place.directory.get(), place.name.c_str(), flags | O_NOFOLLOW));
  if (!file) throw_not_followed(place.directory, place.name, place.shown, errno);
  return file;
}

bool remove_below(const std::string& root, const std::string& name,
                  std::chrono::sys_time<std::chrono::milliseconds> modified) {
  const Target target = target_below(root, name, {});
  const ExistingFile existing = find_existing(target);
  if (existing.kind == Kind::none) throw LocalError(target.shown, ENOENT);
  if (existing.kind != Kind::file) throw LocalError(target.shown, "it is no regular file any more", EEXIST);
  if (modified_of(existing.status) != modified) return false;
  if (::unlinkat(target.directory.get(), target.name.c_str(), 0) != 0) throw LocalError(target.shown, errno);
  return true;
}

void remove_empty_directories(const std::string& path) {
  std::vector<std::string> directories{path};
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(path, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->symlink_status().type() == std::filesystem::file_type::directory) directories.push_back(entry->path());
  }
  std::for_each(directories.rbegin(), directories.rend(), [](const auto& directory) { ::rmdir(directory.c_str()); });
}

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
    if (!names_a_descriptor(target)) throw LocalError(target.shown, "it has become a regular file", EEXIST);
    if (::fcntl(file.get(), F_SETFL, O_APPEND) != 0) throw LocalError(target.shown, errno);
  }
  return file;
}

bool lock_download(int file, const std::string& shown) {
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) throw LocalError(shown, "another download of it is under way", EBUSY);
  return false;
}

UniqueFd open_for_overwriting(const Target& target, const ExistingFile& existing) {
  constexpr int flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  UniqueFd file = checked(::openat(target.directory.get(), target.name.c_str(), flags), target.shown);
  const auto status = status_of(file.get(), target.shown);
  const bool same = status.st_dev == existing.status.st_dev && status.st_ino == existing.status.st_ino;
  if (!S_ISREG(status.st_mode) || !same) throw LocalError(target.shown, "it has become another file", EEXIST);
  static_cast<void>(lock_download(file.get(), target.shown));
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
  set_mode(file, mode, shown);
}

}  // namespace gridfs::util
