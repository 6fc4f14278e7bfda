#include "util/fs/target.hpp"

#include <cerrno>
#include <climits>
#include <filesystem>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::util {

namespace {

constexpr mode_t directory_mode = 0777;  // less the umask

// O_PATH: to write in a directory needs no permission to read it.
constexpr int directory_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

UniqueFd open_root(const std::string& path) {
  UniqueFd directory(::open(path.c_str(), directory_flags));
  if (!directory && errno == ENOENT) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) throw LocalError(path, error.value());
    directory = UniqueFd(::open(path.c_str(), directory_flags));
  }
  if (!directory) throw LocalError(path, errno);
  return directory;
}

[[noreturn]] void throw_not_a_directory(const UniqueFd& parent, const std::string& name, const std::string& shown,
                                        int error) {
  struct stat status {};
  if (error == ENOTDIR && ::fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISLNK(status.st_mode)) {
    throw LocalError(shown, "is a symbolic link, which may lead elsewhere", ELOOP);
  }
  throw LocalError(shown, error);
}

// Opens a directory, and makes it if it is missing.
UniqueFd descend(const UniqueFd& parent, const std::string& name, const std::string& shown, const SyncDirectory& sync) {
  constexpr int flags = directory_flags | O_NOFOLLOW;
  UniqueFd directory(::openat(parent.get(), name.c_str(), flags));
  if (!directory && errno == ENOENT) {
    if (::mkdirat(parent.get(), name.c_str(), directory_mode) == 0) {
      sync(parent, shown);
    } else if (errno != EEXIST) {
      throw LocalError(shown, errno);
    }
    directory = UniqueFd(::openat(parent.get(), name.c_str(), flags));
  }
  if (!directory) throw_not_a_directory(parent, name, shown, errno);
  return directory;
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
  const auto slash = path.rfind('/');
  const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") throw LocalError(path, EISDIR);
  const auto parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return {checked(::open(parent.c_str(), directory_flags), path), name, path};
}

Target target_below(const std::string& root, const std::string& name, const SyncDirectory& sync) {
  if (const auto reason = unsafe_name_reason(name)) throw LocalError(name, *reason, EINVAL);
  UniqueFd directory = open_root(root.empty() ? "." : root);
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

}  // namespace gridfs::util
