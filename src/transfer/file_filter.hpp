/// Filters for the files of a tree, local or stored.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "util/text/glob.hpp"

namespace gridfs::transfer {

/// A file passes if its name matches one of the includes (or there are none) and none of the excludes, and if its age
/// and its size are within the limits, which are included.
struct FileFilter {
  /// For the whole name, as of ls.
  std::vector<util::Glob> include;
  std::vector<util::Glob> exclude;
  std::optional<std::chrono::seconds> min_age;
  std::optional<std::chrono::seconds> max_age;
  std::optional<std::int64_t> min_size;
  std::optional<std::int64_t> max_size;

  [[nodiscard]] bool is_given() const noexcept {
    return !include.empty() || !exclude.empty() || min_age || max_age || min_size || max_size;
  }

  [[nodiscard]] bool accepts_name(const std::string& name) const {
    const auto matches = [&](const util::Glob& glob) { return glob.matches(name); };
    return (include.empty() || std::any_of(include.begin(), include.end(), matches)) &&
           std::none_of(exclude.begin(), exclude.end(), matches);
  }

  /// Whether no file below a directory can pass, so that nobody need look there.
  /// @param directory  ends in `/`
  [[nodiscard]] bool excludes_all_below(const std::string& directory) const {
    return std::any_of(exclude.begin(), exclude.end(),
                       [&](const auto& glob) { return glob.matches_all_from(directory); });
  }

  [[nodiscard]] bool accepts_size(std::int64_t bytes) const noexcept {
    return bytes >= min_size.value_or(bytes) && bytes <= max_size.value_or(bytes);
  }

  [[nodiscard]] bool accepts_time(std::chrono::sys_seconds time) const noexcept {
    const auto age = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - time;
    return age >= min_age.value_or(age) && age <= max_age.value_or(age);
  }

  /// @param time  empty: it is not known, and passes no limit of age
  [[nodiscard]] bool accepts(const std::string& name, std::int64_t bytes,
                             std::optional<std::chrono::sys_time<std::chrono::milliseconds>> time) const {
    const bool has_age_limit = min_age || max_age;
    return accepts_name(name) && accepts_size(bytes) &&
           (!has_age_limit || (time && accepts_time(std::chrono::floor<std::chrono::seconds>(*time))));
  }
};

}  // namespace gridfs::transfer
