#include "cli/get_options.hpp"

#include "cli/local_target.hpp"
#include "cli/option_helpers.hpp"
#include "cli/usage_error.hpp"

namespace gridfs::cli {

namespace {

void check_recursive(const GetOptions& options) {
  if (options.to_standard_output()) throw UsageError("-r and -o - exclude each other");
  if (options.resume) throw UsageError("-r and --continue exclude each other");
  if (options.lookup.revision) throw UsageError("-r and --revision exclude each other");
}

}  // namespace

void add_get_options(CLI::App& command, GetOptions& options) {
  command
      .add_option("-o,--output", options.output,
                  "File to write, or a directory; - is standard output [the stored name, in this directory]")
      ->type_name("PATH");
  add_flag(command, "-f,--force", options.force, "Replace a file that is there");
  add_flag(command, "--continue", options.resume,
           "Go on with what an earlier --continue has left; leave what this one gets if it fails");
  add_flag(command, "--preserve", options.preserve, "Set the file's time to its upload date");
  add_flag(command, "--checksum", options.checksum,
           "Refuse files without a stored checksum; one that is stored is always compared");
}

void add_get_by_name_options(CLI::App& command, GetOptions& options) {
  add_flag(command, "-r,--recursive", options.recursive,
           "Fetch the newest revision of every name below NAME, as if it were a directory");
  add_filter_options(command, options.filter);
  add_revision_option(command, options.lookup.revision,
                      "0 the first, 1, 2, ...; -1 the newest, -2 the one before [-1]");
  add_get_options(command, options);
}

void check(const GetOptions& options, bool json) {
  if (options.lookup.operands().empty()) throw UsageError("an ID or a NAME is required");
  if (options.recursive) return check_recursive(options);
  if (options.filter.is_given()) throw UsageError("filters go with --recursive");
  if (options.to_standard_output()) {
    if (json) throw UsageError("--json and -o - exclude each other");
    if (options.resume) throw UsageError("--continue and -o - exclude each other");
  } else if (options.output && options.lookup.operands().size() > 1 && !is_directory(*options.output)) {
    throw UsageError("-o: several files need a directory, not '" + *options.output + "'");
  }
}

}  // namespace gridfs::cli
