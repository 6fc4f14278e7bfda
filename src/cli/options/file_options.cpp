#include "cli/options/file_options.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "cli/options/option_helpers.hpp"
#include "cli/options/usage_error.hpp"
#include "util/text/units.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::cli {

namespace {

std::int32_t parse_revision(const std::string& text) {
  const auto revision = parse_whole_number(text);
  if (revision < std::numeric_limits<std::int32_t>::min() || revision > std::numeric_limits<std::int32_t>::max()) {
    throw UsageError("'" + text + "' is out of range");
  }
  return static_cast<std::int32_t>(revision);
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

CLI::Option* add_revision_option(CLI::App& command, std::optional<std::int32_t>& revision,
                                 const std::string& description) {
  return add_parsed(command, "--revision", revision, parse_revision, description)->type_name("N");
}

void add_lookup_options(CLI::App& command, transfer::Lookup& lookup) {
  add_texts(command, "--name", lookup.names, "Filenames instead of _ids")->type_name("NAME");
  add_revision_option(command, lookup.revision,
                      "With --name: 0 is the oldest, 1 the next; -1 the newest, -2 the one before [-1]");
}

void check(const transfer::Lookup& lookup) {
  if (lookup.ids.empty() && lookup.names.empty()) throw UsageError("an ID, or --name NAME, is required");
  if (!lookup.ids.empty() && !lookup.names.empty()) throw UsageError("IDs and --name exclude each other");
  if (lookup.revision && !lookup.by_name()) throw UsageError("--revision goes with --name");
}

void check_prefixes(const std::vector<std::string>& prefixes) {
  if (!std::all_of(prefixes.begin(), prefixes.end(), util::is_utf8)) {
    throw UsageError("a filename is UTF-8, so what it begins with is as well");
  }
}

void add_filter_options(CLI::App& command, transfer::FileFilter& filter) {
  add_globs(command, "--include", filter.include, "Only names that match; may be repeated");
  add_globs(command, "--exclude", filter.exclude, "Skip names that match, regardless of --include");
  add_parsed(command, "--min-age", filter.min_age, util::parse_duration,
             "Only files at least this old, such as 36h or 30d")
      ->type_name("AGE");
  add_parsed(command, "--max-age", filter.max_age, util::parse_duration, "Only files at most this old")
      ->type_name("AGE");
  add_parsed(command, "--min-size", filter.min_size, parse_size_option, "Only files of at least this size")
      ->type_name("SIZE");
  add_parsed(command, "--max-size", filter.max_size, parse_size_option, "Only files of at most this size")
      ->type_name("SIZE");
}

}  // namespace gridfs::cli
