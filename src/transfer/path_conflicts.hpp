/// Stored names that cannot all be local paths.
#pragma once

#include <string>
#include <vector>

#include "gridfs/file_info.hpp"

namespace gridfs::transfer {

/// Notices where a name needs a directory that has the name of a file: `a/b` beside `a`. Names come in their order.
class PathConflicts {
 public:
  /// @throws util::LocalError  ENOTDIR: one that was added is in the way of this one's directories
  void check(const FileInfo& file, const std::string& name);

  void add(const std::string& name) { files_.push_back(name); }

 private:
  std::vector<std::string> files_;  // each begins with the one before it
};

}  // namespace gridfs::transfer
