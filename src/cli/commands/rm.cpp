#include <algorithm>
#include <cstdint>

#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"
#include "transfer/remove/remove.hpp"
#include "util/process/terminal.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

struct RmOptions : transfer::RemoveSettings {
  bool force = false;
};

void add_rm_options(CLI::App& command, RmOptions& settings) {
  add_lookup_options(command, settings.lookup, "");
  add_flag(command, "--all-revisions", settings.all_revisions,
           "With --name, which may be a glob then: remove all revisions");
  add_flag(command, "-f,--force", settings.force, "Do not ask before removing what a glob matches");
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

// Whoever has typed the command is there to be asked.
bool can_ask() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1 && util::has_terminal(); }

ExitCode run_rm(const RmOptions& given, Context& context) {
  check(given);
  auto settings = static_cast<const transfer::RemoveSettings&>(given);
  settings.dry_run = context.options().dry_run;
  const Bucket& bucket = context.bucket(Access::write);
  if (!settings.recursive && !settings.lookup.by_name()) context.expect_ids("--name");
  if (!given.force && can_ask()) {
    settings.confirm = [&](std::int64_t revisions, std::int64_t names) {
      return util::confirm(fmt::format("remove {} of {} from {}?", util::count_of(revisions, "revision"),
                                       util::count_of(names, "file"), context.bucket_name()),
                           context.stop());
    };
  }
  Report report(context, {.removes = true});
  const auto tally = transfer::remove(bucket, settings, report);
  return report.conclude(tally, "operand", settings.recursive);
}

}  // namespace

void setup_rm(CLI::App& app, Selection& selection) {
  add_command<RmOptions>(
      app, selection,
      {"rm",
       "Remove files",
       "[ID...]",
       "_ids of files; with -r: prefixes of names",
       "01234579",
       {"gridfs rm 6565e0d2a1b2c3d4e5f60718", "gridfs rm -r logs/ --min-age 30d"}},
      [](RmOptions & settings) -> auto& { return settings.lookup.operands(); }, add_rm_options, run_rm);
}

}  // namespace gridfs::cli
