#include "cli/lookup.hpp"

#include <limits>

#include "cli/id_text.hpp"
#include "cli/option_helpers.hpp"
#include "cli/usage_error.hpp"

namespace gridfs::cli {

namespace {

std::int32_t parse_revision(const std::string& text) {
  const auto revision = parse_whole_number(text);
  if (revision < std::numeric_limits<std::int32_t>::min() || revision > std::numeric_limits<std::int32_t>::max()) {
    throw UsageError("'" + text + "' is out of range");
  }
  return static_cast<std::int32_t>(revision);
}

}  // namespace

CLI::Option* add_revision_option(CLI::App& command, std::optional<std::int32_t>& revision,
                                 const std::string& description) {
  return add_parsed(command, "--revision", revision, parse_revision, description)->type_name("N");
}

void add_lookup_options(CLI::App& command, LookupOptions& options) {
  add_texts(command, "--name", options.names, "Filenames instead of _ids")->type_name("NAME");
  add_revision_option(command, options.revision,
                      "With --name: 0 the first, 1, 2, ...; -1 the newest, -2 the one before [-1]");
}

void check(const LookupOptions& options) {
  if (options.ids.empty() && options.names.empty()) throw UsageError("an ID, or --name NAME, is required");
  if (!options.ids.empty() && !options.names.empty()) throw UsageError("IDs and --name exclude each other");
  if (options.revision && !options.by_name()) throw UsageError("--revision goes with --name");
}

FileInfo find_file(const Bucket& bucket, const LookupOptions& options, std::size_t operand) {
  if (options.by_name()) return bucket.find_by_name(options.names[operand], options.revision.value_or(-1));
  return bucket.find_by_id(parse_id(options.ids[operand]));
}

}  // namespace gridfs::cli
