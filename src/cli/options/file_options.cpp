#include "cli/options/file_options.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"
#include "cli/options/usage_error.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::cli {

namespace {

void check_utf8(const std::string& prefix) {
  if (!util::is_utf8(prefix)) throw UsageError("'" + prefix + "' is not UTF-8, as every filename is");
}

std::int32_t parse_revision(const std::string& text) {
  using Limits = std::numeric_limits<std::int32_t>;
  const auto revision = parse_whole_number(text);
  if (revision < Limits::min() || revision > Limits::max()) throw UsageError("'" + text + "' is out of range");
  return static_cast<std::int32_t>(revision);
}

util::Glob parse_glob(const std::string& text) {
  try {
    return util::Glob(text);
  } catch (const std::invalid_argument& error) {
    throw UsageError("'" + text + "': " + error.what());
  }
}

// May be repeated.
void add_globs(CLI::App& command, const std::string& names, std::vector<util::Glob>& globs,
               const std::string& description) {
  add_function(
      command, names, [&globs](const std::string& text) { globs.push_back(parse_glob(text)); }, description)
      ->trigger_on_parse();
}

}  // namespace

void add_revision_option(CLI::App& command, std::optional<std::int32_t>& revision, const std::string& description) {
  add_parsed(command, "--revision N", revision, parse_revision, description);
}

void add_literal_option(CLI::App& command, transfer::Lookup& lookup) {
  add_flag(command, "!--literal", lookup.globs, "Names are not globs");
}

void add_lookup_options(CLI::App& command, transfer::Lookup& lookup, const std::string& default_revision) {
  add_texts(command, "--name NAME", lookup.names, "Filenames, or globs, instead of _ids; may be repeated");
  add_literal_option(command, lookup);
  add_revision_option(command, lookup.revision,
                      "With --name: 0 is the oldest, 1 the next; -1 the newest, -2 the one before" + default_revision);
}

void check(const transfer::Lookup& lookup) {
  if (lookup.ids.empty() && lookup.names.empty()) throw UsageError("an ID, or --name NAME, is required");
  if (!lookup.ids.empty() && !lookup.names.empty()) throw UsageError("IDs and --name exclude each other");
  if (lookup.revision && !lookup.by_name()) throw UsageError("--revision goes with --name");
  if (!lookup.globs && !lookup.by_name()) throw UsageError("--literal goes with --name");
}

void check_prefixes(const std::vector<std::string>& prefixes) {
  for (const std::string& prefix : prefixes) check_utf8(prefix);
}

void check_recursive(const transfer::Lookup& lookup) {
  if (lookup.by_name()) throw UsageError("-r and --name exclude each other");
  if (lookup.revision) throw UsageError("-r and --revision exclude each other");
  if (!lookup.globs) throw UsageError("-r and --literal exclude each other");
  if (lookup.ids.empty()) throw UsageError("a PREFIX is required");
  check_prefixes(lookup.ids);
}

void add_filter_options(CLI::App& command, transfer::FileFilter& filter) {
  add_globs(command, "--include GLOB", filter.include, "Only names that match; may be repeated");
  add_globs(command, "--exclude GLOB", filter.exclude, "Skip names that match, regardless of --include");
  add_parsed(command, "--min-age AGE", filter.min_age, parse_age, "Only files at least this old, such as 36h or 30d");
  add_parsed(command, "--max-age AGE", filter.max_age, parse_age, "Only files at most this old");
  add_parsed(command, "--min-size SIZE", filter.min_size, parse_size_option, "Only files of at least this size");
  add_parsed(command, "--max-size SIZE", filter.max_size, parse_size_option, "Only files of at most this size");
}

void add_checksum_option(CLI::App& command, bool& checksum, const std::string& description) {
  const auto take = [&checksum](const std::string& kind) {
    checksum = kind == "true" || kind == "sha256";  // CLI11 says `true` where none is given
    if (!checksum) throw UsageError("'" + kind + "' is not sha256");
  };
  add_function(command, "--checksum", take, description)->expected(0);
}

Document name_filter(const std::string& text) {
  if (text.empty()) return {};
  check_utf8(text);
  const std::string regex = util::is_glob(text) ? parse_glob(text).regex() : util::prefix_regex(text);
  return Document().append("filename", Value(Document().append("$regex", Value(regex))));
}

}  // namespace gridfs::cli
