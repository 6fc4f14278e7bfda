/// The files below a local directory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "util/fs/local_error.hpp"

namespace gridfs::util {

struct TreeFile {
  /// Where to open it.
  std::string path;
  /// Below the directory, with `/` between the components.
  std::string name;
  std::int64_t size = 0;
  /// Of last modification, in seconds since the epoch.
  std::int64_t modified = 0;
};

struct TreeVisitor {
  std::function<void(const TreeFile& file)> file;
  /// A special file, or a symbolic link: links are not followed.
  std::function<void(const std::string& path, const std::string& reason)> skipped;
  /// A directory that could not be read.
  std::function<void(const LocalError& error)> failed;
};

/// Visits what is below a directory, in the order of the bytes of the names within each directory. Keeps the entries of
/// one directory of each level in memory.
void walk_tree(const std::string& directory, const TreeVisitor& visitor);

}  // namespace gridfs::util
