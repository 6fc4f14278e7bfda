/// Which files of a tree, local or stored, are meant.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "util/text/glob.hpp"

namespace gridfs::transfer {

/// A file passes if its name matches one of the includes (or there are none) and none of the excludes, and if its age
/// and its size are within the limits. The order of the options does not matter.
struct FileFilter {
  /// For the whole name, as of ls.
  std::vector<util::Glob> include;
  std::vector<util::Glob> exclude;
  std::optional<std::chrono::seconds> min_age;
  std::optional<std::chrono::seconds> max_age;
  std::optional<std::int64_t> min_size;
  std::optional<std::int64_t> max_size;

  [[nodiscard]] bool is_given() const noexcept;

  [[nodiscard]] bool accepts_name(const std::string& name) const;
  [[nodiscard]] bool accepts_size(std::int64_t bytes) const noexcept;
  [[nodiscard]] bool accepts_time(std::chrono::sys_seconds time) const noexcept;
};

}  // namespace gridfs::transfer
