/// The files below a local directory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

class TreeVisitor {
 public:
  virtual ~TreeVisitor() = default;
  TreeVisitor(const TreeVisitor&) = delete;
  TreeVisitor& operator=(const TreeVisitor&) = delete;
  TreeVisitor(TreeVisitor&&) = delete;
  TreeVisitor& operator=(TreeVisitor&&) = delete;

  virtual void file(const TreeFile& file) = 0;
  /// A special file, or a symbolic link: links are not followed.
  virtual void skipped(const std::string& path, std::string_view reason) = 0;
  /// A directory that could not be read.
  virtual void failed(const LocalError& error) = 0;

 protected:
  TreeVisitor() = default;
};

/// Visits what is below a directory, in the order of the bytes of the names within each directory. Memory grows with
/// the depth, and with the largest directory on the way, alone.
void walk_tree(const std::string& directory, TreeVisitor& visitor);

}  // namespace gridfs::util
