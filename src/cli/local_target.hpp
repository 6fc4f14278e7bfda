/// Where a stored file goes on this machine.
#pragma once

#include <optional>
#include <string>

#include "gridfs/file_info.hpp"

#include "util/output_file.hpp"

namespace gridfs::cli {

/// A place by what the user asked for: a file, or a stored name below a directory.
class LocalTarget {
 public:
  /// @param output  what `-o` says: a file, or a directory, which exists or ends in `/`; empty: the current directory
  /// @throws util::LocalError  the stored name is needed, and there is none, or it is not safe as a local path
  LocalTarget(const std::optional<std::string>& output, const FileInfo& file);

  /// As the user knows it.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Whether something is there.
  [[nodiscard]] bool exists() const;

  /// Makes the directories that are missing. @throws util::LocalError
  [[nodiscard]] util::Target open() const;

 private:
  std::string root_;
  std::optional<std::string> name_;  // below the root; empty: path_ is what the user said
  std::string path_;
};

/// Whether `-o` means a directory.
bool is_directory(const std::string& output);

}  // namespace gridfs::cli
