#include <algorithm>

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"
#include "transfer/remove.hpp"

namespace gridfs::cli {

namespace {

void add_rm_options(CLI::App& command, transfer::RemoveSettings& settings) {
  add_lookup_options(command, settings.lookup);
  add_flag(command, "--all-revisions", settings.all_revisions, "With --name: remove all revisions");
  add_flag(command, "-r,--recursive", settings.recursive,
           "IDs are prefixes: remove all revisions of all names below them that pass the filters");
  add_filter_options(command, settings.filter);
  add_flag(command, "--ignore-missing", settings.ignore_missing, "What is not there is no failure");
}

void check_recursive(const transfer::RemoveSettings& settings) {
  cli::check_recursive(settings.lookup);
  if (settings.all_revisions) throw UsageError("-r and --all-revisions exclude each other");
  const auto& prefixes = settings.lookup.ids;
  if (std::find(prefixes.begin(), prefixes.end(), "") != prefixes.end() && !settings.filter.is_given()) {
    throw UsageError("an empty prefix is every file: say by a filter which ones");
  }
}

void check(const transfer::RemoveSettings& settings) {
  if (settings.recursive) return check_recursive(settings);
  if (settings.filter.is_given()) throw UsageError("filters go with --recursive");
  cli::check(settings.lookup);
  if (!settings.lookup.by_name()) {
    if (settings.all_revisions) throw UsageError("--all-revisions goes with --name");
  } else if (settings.all_revisions == settings.lookup.revision.has_value()) {
    throw UsageError("--name needs either --revision N or --all-revisions");
  }
}

ExitCode run_rm(const transfer::RemoveSettings& given, Context& context) {
  check(given);
  transfer::RemoveSettings settings = given;
  settings.dry_run = context.options().dry_run;
  Report report(context);
  const auto tally = transfer::remove(context.bucket(Access::write), settings, report);
  return report.conclude(tally, "operands", settings.recursive);
}

}  // namespace

void setup_rm(CLI::App& app, Selection& selection) {
  add_command<transfer::RemoveSettings>(
      app, selection,
      {"rm",
       "Remove files",
       "[ID...]",
       "_ids of files; with -r: prefixes of names",
       "01234579",
       {"gridfs rm 6565e0d2a1b2c3d4e5f60718", "gridfs rm -r logs/ --min-age 30d"}},
      [](transfer::RemoveSettings & settings) -> auto& { return settings.lookup.ids; }, add_rm_options, run_rm);
}

}  // namespace gridfs::cli
