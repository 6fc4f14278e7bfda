#include "cli/file_filter.hpp"

#include <algorithm>
#include <stdexcept>

#include "cli/option_helpers.hpp"
#include "cli/usage_error.hpp"
#include "util/duration.hpp"

namespace gridfs::cli {

namespace {

bool matches_any(const std::vector<util::Glob>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(), [&](const util::Glob& glob) { return glob.matches(name); });
}

void add_globs(CLI::App& command, const std::string& name, std::vector<util::Glob>& globs,
               const std::string& description) {
  const auto parse = [&globs, name](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      try {
        globs.emplace_back(text);
      } catch (const std::invalid_argument& error) {
        throw UsageError(name + ": '" + text + "': " + error.what());
      }
    }
  };
  command.add_option_function<std::vector<std::string>>(name, parse, description)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("GLOB");
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
  add_globs(command, "--include", filter.include, "Only names that match; may be given several times");
  add_globs(command, "--exclude", filter.exclude, "Not names that match, whatever --include says");
  add_parsed(command, "--min-age", filter.min_age, util::parse_duration, "Only files that old, such as 36h or 30d")
      ->type_name("AGE");
  add_parsed(command, "--max-age", filter.max_age, util::parse_duration, "Only files not older")->type_name("AGE");
  add_parsed(command, "--min-size", filter.min_size, parse_size_option, "Only files that large")->type_name("SIZE");
  add_parsed(command, "--max-size", filter.max_size, parse_size_option, "Only files not larger")->type_name("SIZE");
}

}  // namespace gridfs::cli
