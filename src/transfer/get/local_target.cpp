#include "transfer/get/local_target.hpp"

#include <cerrno>

#include <sys/stat.h>

#include "transfer/file_text.hpp"
#include "util/fs/local_error.hpp"
#include "util/fs/target.hpp"
#include "util/fs/tree.hpp"

namespace gridfs::transfer {

namespace {

void check_safe(const FileInfo& file, const std::string& name, const std::string& advice) {
  if (const auto reason = util::unsafe_name_reason(name)) {
    throw util::LocalError(describe_file(file),
                           "the stored name is not safe as a local path: " + *reason + ": " + advice, EINVAL);
  }
}

std::string safe_name(const FileInfo& file) {
  const auto name = file.filename();
  if (!name) throw util::LocalError(describe_file(file), "it has no name: say where with -o FILE", EINVAL);
  check_safe(file, *name, "say where with -o FILE");
  return *name;
}

}  // namespace

bool is_directory(const std::string& output) {
  struct stat status {};
  return output.ends_with('/') || (::stat(output.c_str(), &status) == 0 && S_ISDIR(status.st_mode));
}

LocalTarget::LocalTarget(const std::string& root, const std::string& name)
    : root_(root), name_(name), path_(util::path_below(root, name)) {}

LocalTarget::LocalTarget(const std::optional<std::string>& output, const FileInfo& file) {
  if (output && !is_directory(*output)) {
    path_ = *output;
  } else {
    *this = LocalTarget(output.value_or(""), safe_name(file));
  }
}

LocalTarget LocalTarget::below(const std::string& root, const FileInfo& file, const std::string& name) {
  check_safe(file, name, "'gridfs get " + format_id(file.id()) + " -o FILE' fetches it");
  return {root, name};
}

bool LocalTarget::exists() const {
  struct stat status {};
  return ::lstat(path_.c_str(), &status) == 0;
}

bool LocalTarget::is_blocked() const {
  struct stat status {};
  return ::lstat(path_.c_str(), &status) == 0 ? S_ISDIR(status.st_mode) : errno == ENOTDIR;
}

std::optional<util::Target> LocalTarget::find() const {
  try {
    return open({});
  } catch (const util::LocalError& error) {
    if (!name_ || error.error() != ENOENT) throw;
    return std::nullopt;
  }
}

util::Target LocalTarget::open(const util::SyncDirectory& sync) const {
  return name_ ? util::target_below(root_, *name_, sync) : util::target_of_path(path_);
}

const std::string* PathConflicts::file_above(const std::string& name) {
  while (!files_.empty() && !name.starts_with(files_.back())) files_.pop_back();
  for (const std::string& other : files_) {
    if (name.size() > other.size() && name[other.size()] == '/') return &other;
  }
  return nullptr;
}

void PathConflicts::check(const FileInfo& file, const std::string& name) {
  if (const auto* other = file_above(name)) {
    throw util::LocalError(describe_file(file), "the file '" + *other + "' is in the way of its directory", ENOTDIR);
  }
}

void PathConflicts::add(const std::string& name) {
  static_cast<void>(file_above(name));
  files_.push_back(name);
}

void check_is_directory(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) throw util::LocalError(path, ENOTDIR);
}

}  // namespace gridfs::transfer
