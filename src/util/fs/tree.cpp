#include "util/fs/tree.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>

#include "util/fs/file_io.hpp"
#include "util/fs/target.hpp"
#include "util/fs/temporary_file.hpp"

namespace gridfs::util {

namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

using Directory = std::unique_ptr<DIR, DirectoryCloser>;

constexpr int listing_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

Directory open_directory(UniqueFd file, const std::string& path) {
  Directory directory(::fdopendir(file.get()));
  if (!directory) throw LocalError(path, errno);
  static_cast<void>(file.release());
  return directory;
}

bool is_directory(const dirent& entry, int parent, bool follow) {
  const bool is_known = entry.d_type != DT_UNKNOWN && (entry.d_type != DT_LNK || !follow);
  if (is_known) return entry.d_type == DT_DIR;
  struct stat status {};
  return ::fstatat(parent, static_cast<const char*>(entry.d_name), &status, follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

bool is_unfinished_download(std::string_view name) { return is_temporary(name) || is_kept_part(name); }

// Why it is not to be stored; empty: it is a file.
const char* other_kind(mode_t mode, std::string_view name) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (!S_ISREG(mode)) return "a special file";
  return is_unfinished_download(name) ? "an unfinished download" : "";
}

// The last one first.
std::vector<std::string> sorted_names(DIR* directory, const std::string& path, bool follow) {
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory);
    if (entry == nullptr) break;
    std::string name(static_cast<const char*>(entry->d_name));
    if (name == "." || name == "..") continue;
    if (is_directory(*entry, ::dirfd(directory), follow)) name += '/';
    names.push_back(std::move(name));
  }
  if (errno != 0) throw LocalError(path, errno);
  std::sort(names.begin(), names.end(), std::greater<>());
  return names;
}

}  // namespace

TreeWalk::TreeWalk(const std::string& directory, std::function<void(const LocalError& error)> failed, Links links,
                   std::function<bool(const std::string& name)> leave_out)
    : root_(directory), failed_(std::move(failed)), links_(links), leave_out_(std::move(leave_out)) {
  descend(directory, "");
}

void TreeWalk::descend(const std::string& path, std::string name) {
  try {
    const bool follow = links_ == Links::follow;
    // Its path is not trusted: what was a directory when the walk came by may be a symbolic link by now.
    const Directory directory =
        open_directory(follow || levels_.empty() ? checked(::open(path.c_str(), listing_flags), path)
                                                 : open_below(root_, name.substr(0, name.size() - 1), listing_flags),
                       path);
    const auto status = status_of(::dirfd(directory.get()), path);
    const auto is_same = [&](const Level& level) {
      return level.device == status.st_dev && level.inode == status.st_ino;
    };
    if (std::any_of(levels_.begin(), levels_.end(), is_same)) {
      throw LocalError(path, "a symbolic link to a directory that it is in", ELOOP);
    }
    auto names = sorted_names(directory.get(), path, follow);
    levels_.push_back({path_below(path, ""), std::move(name), std::move(names), status.st_dev, status.st_ino});
  } catch (const LocalError& error) {
    failed_(error);
  }
}

std::optional<TreeFile> TreeWalk::next() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.names.empty()) {
      levels_.pop_back();
      continue;
    }
    std::string path = level.path + level.names.back();
    std::string name = level.name + level.names.back();
    level.names.pop_back();
    if (name.ends_with('/')) {
      if (leave_out_ && leave_out_(name)) continue;
      path.pop_back();
      descend(path, std::move(name));
    } else if (auto file = look_at(path, name)) {
      return file;
    }
  }
  return std::nullopt;
}

std::optional<TreeFile> TreeWalk::look_at(const std::string& path, const std::string& name) const {
  struct stat status {};
  if ((links_ == Links::follow ? ::stat(path.c_str(), &status) : ::lstat(path.c_str(), &status)) != 0) {
    // A download that has ended meanwhile is no loss.
    if (errno != ENOENT || !is_unfinished_download(name)) failed_(LocalError(path, errno));
  } else if (S_ISDIR(status.st_mode)) {
    failed_(LocalError(path, "it has become a directory", EISDIR));
  } else {
    return TreeFile{path, name, status.st_size, modified_of(status), other_kind(status.st_mode, name)};
  }
  return std::nullopt;
}

std::string path_below(std::string directory, const std::string& name) {
  if (!directory.empty() && !directory.ends_with('/')) directory += '/';
  return directory += name;
}

}  // namespace gridfs::util
