#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"
#include "transfer/copy/copy.hpp"

namespace gridfs::cli {

namespace {

struct CpOptions : transfer::CopySettings {
  TargetOptions target;
};

void add_cp_options(CLI::App& command, CpOptions& options) {
  add_text(command, "--to-uri URI", options.target.uri, "Connection string of the deployment to copy to [the same]");
  add_text(command, "--to-uri-file FILE", options.target.uri_file,
           "Read that connection string from a file, or - for standard input");
  add_text(command, "--to-db DB", options.target.database,
           "Database to copy to [that connection string's, else the same]");
  add_text(command, "--to-bucket BUCKET", options.target.bucket, "Bucket to copy to [the same]");
  add_lookup_options(command, options.lookup);
  add_flag(command, "-r,--recursive", options.recursive,
           "IDs are prefixes: copy the newest revision of every name below them");
  add_filter_options(command, options.filter);
  add_flag(command, "--new-id", options.new_id, "Give the copies new _ids");
  add_flag(command, "--if-absent", options.if_absent, "Skip files whose copies already exist there");
}

void check(const CpOptions& options, const GlobalOptions& global) {
  const TargetOptions& target = options.target;
  if (!target.other_deployment() && !target.database && !target.bucket) {
    throw UsageError("where to copy to is required: --to-uri, --to-uri-file, --to-db or --to-bucket");
  }
  if (target.uri_file == "-" && global.read_standard_input()) throw UsageError("standard input can be read once");
  if (options.recursive) return check_recursive(options.lookup);
  if (options.filter.is_given()) throw UsageError("filters go with --recursive");
  cli::check(options.lookup);
}

ExitCode run_cp(const CpOptions& given, Context& context) {
  check(given, context.options());
  auto settings = static_cast<const transfer::CopySettings&>(given);
  settings.dry_run = context.options().dry_run;
  settings.bytes_per_second = context.options().bytes_per_second;
  settings.stop = context.stop();
  if (!settings.recursive && !settings.lookup.by_name()) context.expect_ids("--name");
  const Bucket& from = context.bucket(Access::copy_from);
  const Bucket to = context.target_bucket(given.target);
  Report report(context, {.done = "copied", .files = settings.recursive ? std::nullopt : settings.lookup.count()});
  const auto tally = transfer::copy(from, to, settings, report);
  return report.conclude(tally, "file", settings.recursive);
}

}  // namespace

void setup_cp(CLI::App& app, Selection& selection) {
  add_command<CpOptions>(
      app, selection,
      {"cp",
       "Copy files to another bucket",
       "[ID...]",
       "_ids of files; with -r: prefixes of names",
       "0123456789",
       {"gridfs cp 6565e0d2a1b2c3d4e5f60718 --to-bucket archive",
        "gridfs -d backups cp --name shop.sql.gz --to-uri-file /etc/backup/offsite"}},
      [](CpOptions & options) -> auto& { return options.lookup.operands(); }, add_cp_options, run_cp);
}

}  // namespace gridfs::cli
