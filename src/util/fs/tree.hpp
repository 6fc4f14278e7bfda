/// The files below a local directory.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "util/fs/local_error.hpp"

namespace gridfs::util {

struct TreeFile {
  /// Where it is. Open it with Input::open_below(), unless links are followed.
  std::string path;
  /// Below the directory, with `/` between the components.
  std::string name;
  std::int64_t size = 0;
  /// Of last modification.
  std::chrono::sys_time<std::chrono::milliseconds> modified;
  /// What it is, if it is not to be stored: `a symbolic link`, `a special file`, `an unfinished download`.
  std::string other;
};

/// Visits what is below a directory in the order of the bytes of whole names: `a.txt` before `a/b`. Keeps the names in
/// one directory of each level in memory.
class TreeWalk {
 public:
  enum class Links {
    skip,    ///< a symbolic link is not a regular file
    follow,  ///< it is what it leads to; one to a directory above it has failed
  };

  /// @param failed  is called for what could not be read, or has vanished since its directory was read, unless that was
  ///                an unfinished download
  /// @param leave_out  whether not to look at a directory, whose name below the first one ends in `/`; empty: none
  TreeWalk(const std::string& directory, std::function<void(const LocalError& error)> failed, Links links = Links::skip,
           std::function<bool(const std::string& name)> leave_out = {});

  /// The next file; nothing at the end.
  std::optional<TreeFile> next();

 private:
  struct Level {
    std::string path;                // ends in `/`
    std::string name;                // the same, or is empty
    std::vector<std::string> names;  // the next one last; those of directories end in `/`
    dev_t device;
    ino_t inode;
  };

  void descend(const std::string& path, std::string name);
  std::optional<TreeFile> look_at(const std::string& path, const std::string& name) const;

  std::string root_;
  std::function<void(const LocalError& error)> failed_;
  Links links_;
  std::function<bool(const std::string& name)> leave_out_;
  std::vector<Level> levels_;
};

/// The path of a name below a directory; the empty one is the current directory.
std::string path_below(std::string directory, const std::string& name);

}  // namespace gridfs::util
