#include "cli/local_target.hpp"

#include <cerrno>

#include <sys/stat.h>

#include "cli/file_text.hpp"
#include "util/local_error.hpp"
#include "util/stored_name.hpp"

namespace gridfs::cli {

namespace {

std::string safe_name(const FileInfo& file) {
  const auto name = file.filename();
  if (!name) throw util::LocalError(describe_file(file), "it has no name: say where with -o FILE", EINVAL);
  if (const auto reason = util::unsafe_name_reason(*name)) {
    throw util::LocalError(describe_file(file),
                           "the stored name is not safe as a local path: " + *reason + ": say where with -o FILE",
                           EINVAL);
  }
  return *name;
}

}  // namespace

bool is_directory(const std::string& output) {
  struct stat status {};
  return output.ends_with('/') || (::stat(output.c_str(), &status) == 0 && S_ISDIR(status.st_mode));
}

LocalTarget::LocalTarget(const std::optional<std::string>& output, const FileInfo& file) {
  if (output && !is_directory(*output)) {
    path_ = *output;
    return;
  }
  root_ = output.value_or("");
  name_ = safe_name(file);
  path_ = root_.empty() || root_.ends_with('/') ? root_ + *name_ : root_ + "/" + *name_;
}

bool LocalTarget::exists() const {
  struct stat status {};
  return ::lstat(path_.c_str(), &status) == 0;
}

util::Target LocalTarget::open() const {
  return name_ ? util::target_below(root_, *name_) : util::target_of_path(path_);
}

}  // namespace gridfs::cli
