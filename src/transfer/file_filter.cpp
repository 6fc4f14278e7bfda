#include "transfer/file_filter.hpp"

#include <algorithm>

namespace gridfs::transfer {

namespace {

bool matches_any(const std::vector<util::Glob>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(), [&](const util::Glob& glob) { return glob.matches(name); });
}

}  // namespace

bool FileFilter::is_given() const noexcept {
  return !include.empty() || !exclude.empty() || min_age || max_age || min_size || max_size;
}

bool FileFilter::accepts_name(const std::string& name) const {
  return (include.empty() || matches_any(include, name)) && !matches_any(exclude, name);
}

bool FileFilter::accepts_size(std::int64_t bytes) const noexcept {
  return bytes >= min_size.value_or(bytes) && bytes <= max_size.value_or(bytes);
}

bool FileFilter::accepts_time(std::chrono::sys_seconds time) const noexcept {
  const auto age = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - time;
  return age >= min_age.value_or(age) && age <= max_age.value_or(age);
}

}  // namespace gridfs::transfer
