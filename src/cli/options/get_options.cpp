#include "cli/options/get_options.hpp"

#include "cli/options/file_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/usage_error.hpp"
#include "transfer/local_target.hpp"

namespace gridfs::cli {

namespace {

void check_recursive(const transfer::GetSettings& settings) {
  if (settings.output == "-") throw UsageError("-r and -o - exclude each other");
  if (settings.resume) throw UsageError("-r and --continue exclude each other");
  if (settings.lookup.revision) throw UsageError("-r and --revision exclude each other");
  check_prefixes(settings.lookup.names);
}

}  // namespace

void add_get_options(CLI::App& command, transfer::GetSettings& settings) {
  command
      .add_option("-o,--output", settings.output,
                  "File or directory to write to; - is standard output [stored name, current directory]")
      ->type_name("PATH");
  add_flag(command, "-f,--force", settings.force, "Replace existing local files");
  add_flag(command, "--continue", settings.resume,
           "Resume an interrupted --continue; keep the partial download if interrupted");
  add_flag(command, "--preserve", settings.preserve, "Set the file's modification time to its upload date");
  add_flag(command, "--checksum", settings.checksum,
           "Refuse files without a stored checksum; stored ones are always verified");
}

void add_get_by_name_options(CLI::App& command, transfer::GetSettings& settings) {
  add_flag(command, "-r,--recursive", settings.recursive,
           "Download the newest revision of every name below NAME, as a directory tree");
  add_filter_options(command, settings.filter);
  add_revision_option(command, settings.lookup.revision,
                      "0 is the oldest, 1 the next; -1 the newest, -2 the one before [-1]");
  add_get_options(command, settings);
}

void check(const transfer::GetSettings& settings, bool json) {
  if (settings.lookup.operands().empty()) throw UsageError("an ID or a NAME is required");
  if (settings.recursive) return check_recursive(settings);
  if (settings.filter.is_given()) throw UsageError("filters go with --recursive");
  if (settings.output == "-") {
    if (json) throw UsageError("--json and -o - exclude each other");
    if (settings.resume) throw UsageError("--continue and -o - exclude each other");
  } else if (settings.output && settings.lookup.operands().size() > 1 && !transfer::is_directory(*settings.output)) {
    throw UsageError("-o: several files need a directory, not '" + *settings.output + "'");
  }
}

}  // namespace gridfs::cli
