#include "util/fs/tree.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include <dirent.h>
#include <sys/stat.h>

namespace gridfs::util {

namespace {

std::string joined(std::string directory, const std::string& entry) {
  if (!directory.empty() && !directory.ends_with('/')) directory += '/';
  return directory += entry;
}

struct DirectoryCloser {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

std::vector<std::string> sorted_entries(const std::string& path) {
  const std::unique_ptr<DIR, DirectoryCloser> directory(::opendir(path.c_str()));
  if (!directory) throw LocalError(path, errno);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    std::string name(static_cast<const char*>(entry->d_name));
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  if (errno != 0) throw LocalError(path, errno);
  std::sort(names.begin(), names.end());
  return names;
}

class Walk {
 public:
  explicit Walk(const TreeVisitor& visitor) : visitor_(visitor) {}

  void descend(const std::string& path, const std::string& name) {
    for (const std::string& entry : entries(path)) {
      visit(joined(path, entry), joined(name, entry));
    }
  }

 private:
  std::vector<std::string> entries(const std::string& path) {
    try {
      return sorted_entries(path);
    } catch (const LocalError& error) {
      visitor_.failed(error);
      return {};
    }
  }

  void visit(const std::string& path, const std::string& name) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
      // ENOENT: removed since it was listed.
      if (errno != ENOENT) visitor_.failed(LocalError(path, errno));
    } else if (S_ISDIR(status.st_mode)) {
      descend(path, name);
    } else if (S_ISREG(status.st_mode)) {
      visitor_.file({path, name, status.st_size, status.st_mtim.tv_sec});
    } else {
      visitor_.skipped(path, S_ISLNK(status.st_mode) ? "a symbolic link" : "a special file");
    }
  }

  const TreeVisitor& visitor_;
};

}  // namespace

void walk_tree(const std::string& directory, const TreeVisitor& visitor) { Walk(visitor).descend(directory, ""); }

}  // namespace gridfs::util
