#include "cli/file_filter.hpp"

#include <algorithm>

#include <fnmatch.h>

#include "cli/option_helpers.hpp"
#include "util/duration.hpp"

namespace gridfs::cli {

namespace {

bool matches_any(const std::vector<std::string>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return ::fnmatch(glob.c_str(), name.c_str(), 0) == 0; });
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

void add_filter_options(CLI::App& command, FileFilter& filter) {
  command.add_option("--include", filter.include, "Only names that match; may be given several times")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("GLOB");
  command.add_option("--exclude", filter.exclude, "Not names that match, whatever --include says")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("GLOB");
  add_parsed(command, "--min-age", filter.min_age, util::parse_duration, "Only files that old, such as 36h or 30d")
      ->type_name("AGE");
  add_parsed(command, "--max-age", filter.max_age, util::parse_duration, "Only files not older")->type_name("AGE");
  add_parsed(command, "--min-size", filter.min_size, parse_size_option, "Only files that large")->type_name("SIZE");
  add_parsed(command, "--max-size", filter.max_size, parse_size_option, "Only files not larger")->type_name("SIZE");
}

}  // namespace gridfs::cli
