#include "transfer/path_conflicts.hpp"

#include <cerrno>

#include "transfer/file_text.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::transfer {

void PathConflicts::check(const FileInfo& file, const std::string& name) {
  while (!files_.empty() && !name.starts_with(files_.back())) files_.pop_back();
  for (const std::string& other : files_) {
    if (name.size() > other.size() && name[other.size()] == '/') {
      throw util::LocalError(describe_file(file), "the file '" + other + "' is in the way of its directory", ENOTDIR);
    }
  }
}

}  // namespace gridfs::transfer
