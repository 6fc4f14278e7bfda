/// The local path of a stored file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gridfs/file_info.hpp"

#include "util/fs/target.hpp"

namespace gridfs::transfer {

/// A file that the user has named, or a stored name below a directory.
class LocalTarget {
 public:
  /// @param output  the user's: a file, or a directory, which exists or ends in `/`; empty: the current directory
  /// @throws util::LocalError  the stored name is needed, and there is none, or it is not safe as a local path
  LocalTarget(const std::optional<std::string>& output, const FileInfo& file);

  /// @param root  the directory below which it goes; empty: the current directory
  /// @param name  the stored name, or the part of it that is below the root
  /// @throws util::LocalError  the name is not safe as a local path
  static LocalTarget below(const std::string& root, const FileInfo& file, const std::string& name);

  /// As the user knows it.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Whether something is there.
  [[nodiscard]] bool exists() const;
  /// Whether there is a directory, or something else than a directory above it.
  [[nodiscard]] bool is_blocked() const;

  /// The place, if open() would not have to make its directory.
  /// @throws util::LocalError  as open(), where that cannot be made
  [[nodiscard]] std::optional<util::Target> find() const;

  /// Makes the directories that are missing.
  /// @param sync  is called for each directory in which one was made
  /// @throws util::LocalError
  [[nodiscard]] util::Target open(const util::SyncDirectory& sync = util::sync_directory) const;

 private:
  LocalTarget(const std::string& root, const std::string& name);

  std::string root_;
  std::optional<std::string> name_;  // below the root; empty: path_ is the user's
  std::string path_;
};

/// Whether the user's path means a directory.
bool is_directory(const std::string& output);

/// @throws util::LocalError  ENOTDIR: there is something that is no directory
void check_is_directory(const std::string& path);

/// Finds stored names that need a directory where there is a file: `a/b` beside `a`. To be called in their order.
class PathConflicts {
 public:
  /// @throws util::LocalError  ENOTDIR: one that was added is in the way of this one's directories
  void check(const FileInfo& file, const std::string& name);

  /// The one that was added and is in the way; null if none is.
  const std::string* file_above(const std::string& name);

  void add(const std::string& name);

 private:
  std::vector<std::string> files_;  // each begins with the one before it
};

}  // namespace gridfs::transfer
