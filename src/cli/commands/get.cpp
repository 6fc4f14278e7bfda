#include "cli/commands/get.hpp"

#include "gridfs/error.hpp"

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/messages.hpp"
#include "cli/output/report.hpp"
#include "transfer/checksum.hpp"
#include "transfer/file_text.hpp"
#include "transfer/get/file_getter.hpp"
#include "transfer/get/local_target.hpp"
#include "transfer/lookup.hpp"
#include "transfer/stored_tree.hpp"
#include "util/process/rate_limit.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::cli {

namespace {

void add_get_options(CLI::App& command, transfer::GetSettings& settings) {
  add_text(command, "-o,--output PATH", settings.output,
           "File or directory to write to; - is standard output [stored name, current directory]");
  add_flag(command, "-f,--force", settings.force, "Replace existing local files");
  add_flag(command, "--skip-existing", settings.skip_existing,
           "Skip local files of the same size and time (see --preserve), or the stored checksum");
  add_flag(command, "--continue", settings.resume,
           "Resume an interrupted --continue; keep the partial download if interrupted");
  add_flag(command, "--preserve", settings.preserve,
           "Restore the stored modification time and mode, else set the upload date");
  add_flag(command, "!--no-fsync", settings.sync,
           "Do not wait until files are on the disk: faster, but a power failure may take them");
  add_checksum_option(command, settings.checksum,
                      "Refuse files without a stored checksum; stored ones are always verified");
}

void check_recursive(const transfer::GetSettings& settings) {
  if (settings.output == "-") throw UsageError("-r and -o - exclude each other");
  if (settings.resume) throw UsageError("-r and --continue exclude each other");
  if (settings.lookup.revision) throw UsageError("-r and --revision exclude each other");
  if (!settings.lookup.globs) throw UsageError("-r and --literal exclude each other");
  check_prefixes(settings.lookup.names);
  if (settings.pattern && !util::is_utf8(*settings.pattern)) throw UsageError("--regex: it is not UTF-8");
}

void check(const transfer::GetSettings& settings, bool json) {
  if (settings.resume && !settings.sync) throw UsageError("--continue and --no-fsync exclude each other");
  if (settings.recursive) return check_recursive(settings);
  if (settings.filter.is_given() || settings.pattern) throw UsageError("filters go with --recursive");
  if (settings.output == "-") {
    if (json) throw UsageError("--json and -o - exclude each other");
    if (settings.resume) throw UsageError("--continue and -o - exclude each other");
    if (settings.skip_existing) throw UsageError("--skip-existing and -o - exclude each other");
  } else if (settings.output && settings.lookup.operands().size() > 1 && !transfer::is_directory(*settings.output)) {
    throw UsageError("-o: several files need a directory, not '" + *settings.output + "'");
  }
}

ExitCode write_to_output(const transfer::GetSettings& settings, Context& context) {
  const Bucket& bucket = context.bucket(Access::read);
  util::RateLimit limit(settings.bytes_per_second);
  Report report(context, {.done = "fetched", .files = settings.lookup.count()});
  return for_each_file(bucket, settings.lookup, report, [&](const FileInfo& file) {
    if (settings.checksum) transfer::require_checksum(file);
    if (settings.dry_run) return say_always("would write " + transfer::describe_file(file) + " to standard output");
    if (!context.output().is_terminal()) {
      context.progress().started(transfer::shown_name(file), file.length());
    }
    transfer::download(bucket, file, [&](auto bytes) {
      limit.wait_for(bytes.size(), settings.stop);
      context.output().write(bytes);
    });
    if (const auto warning = transfer::checksum_warning(file)) say_data_warning(*warning);
    report.count(1, file.length());
  });
}

// What a glob matches may be several files, for which one local file is no place.
void refuse_matches(const Bucket& bucket, const transfer::Lookup& lookup, Report& report) {
  if (!lookup.by_name() || !transfer::matches_by_glob(bucket, lookup, 0)) return;
  const std::string& glob = lookup.names.front();
  transfer::Tally tally(report);
  const auto refuse = [&](const FileInfo&) { throw ConfigurationError(glob + ": a glob needs -o DIR/"); };
  static_cast<void>(transfer::is_found([&] {
    return transfer::for_each_match(bucket, glob, transfer::StoredTree::Revisions::all, tally, refuse), true;
  }));
}

ExitCode run_get(const transfer::GetSettings& given, Context& context) {
  check(given, context.options().json);
  transfer::GetSettings settings = given;
  settings.dry_run = context.options().dry_run;
  settings.bytes_per_second = context.options().bytes_per_second;
  settings.stop = context.stop();
  if (!settings.lookup.by_name()) context.expect_ids("get-by-name");
  if (settings.output == "-") return write_to_output(settings, context);
  const bool is_file = settings.output && !settings.recursive && !transfer::is_directory(*settings.output);
  const auto files = is_file ? std::size_t{1} : settings.lookup.count();
  Report report(context, {.done = "fetched", .files = settings.recursive ? std::nullopt : files});
  if (is_file) {
    refuse_matches(context.bucket(Access::read), settings.lookup, report);
    settings.lookup.globs = false;
  }
  const auto tally = transfer::get(context.bucket(Access::read), settings, report);
  return report.conclude(tally, "operand", settings.recursive);
}

}  // namespace

void add_get_by_name_options(CLI::App& command, transfer::GetSettings& settings) {
  add_literal_option(command, settings.lookup);
  add_flag(command, "-r,--recursive", settings.recursive,
           "Download the newest revision of every name below NAME, as a directory tree");
  add_filter_options(command, settings.filter);
  add_text(command, "--regex RE", settings.pattern, "Only names that match a Perl-compatible regular expression");
  add_revision_option(command, settings.lookup.revision,
                      "0 is the oldest, 1 the next; -1 the newest, -2 the one before [-1]");
  add_get_options(command, settings);
}

void setup_get(CLI::App& app, Selection& selection) {
  add_command<transfer::GetSettings>(
      app, selection,
      {"get",
       "Download files by _id",
       "ID...",
       "_ids of files to download",
       "0123456789",
       {"gridfs get 6565e0d2a1b2c3d4e5f60718", "gridfs get --continue 6565e0d2a1b2c3d4e5f60718"}},
      [](transfer::GetSettings & settings) -> auto& { return settings.lookup.ids; }, add_get_options,
      [](const transfer::GetSettings& settings, Context& context) {
        if (settings.lookup.ids.empty()) throw UsageError("an ID is required");
        return run_get(settings, context);
      });
}

void setup_get_by_name(CLI::App& app, Selection& selection) {
  add_command<transfer::GetSettings>(
      app, selection,
      {"get-by-name",
       "Download files by name",
       "NAME...",
       "Filenames to download, or globs; with -r: prefixes",
       "0123456789",
       {"gridfs get-by-name --revision -2 -o photo-old.png photo.png",
        "gridfs get-by-name -r photos/ -o backup/ --exclude '*.tmp'"}},
      [](transfer::GetSettings & settings) -> auto& { return settings.lookup.names; }, add_get_by_name_options,
      [](const transfer::GetSettings& settings, Context& context) {
        if (settings.lookup.names.empty()) throw UsageError("a NAME is required");
        return run_get(settings, context);
      });
}

}  // namespace gridfs::cli
