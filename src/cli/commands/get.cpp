#include "cli/command.hpp"
#include "cli/options/get_options.hpp"
#include "cli/output/messages.hpp"
#include "cli/output/report.hpp"
#include "transfer/checksum.hpp"
#include "transfer/file_getter.hpp"
#include "transfer/file_text.hpp"

namespace gridfs::cli {

namespace {

ExitCode write_to_output(const transfer::GetSettings& settings, Context& context) {
  const Bucket& bucket = context.bucket(Access::read);
  return for_each_operand(settings.lookup.operands(), context, [&](std::size_t i) {
    const FileInfo file = transfer::find_file(bucket, settings.lookup, i);
    if (settings.checksum) transfer::require_checksum(file);
    if (settings.dry_run) return say_always("would write " + transfer::describe_file(file) + " to standard output");
    transfer::download(bucket, file, [&](auto bytes) { context.output().write(bytes); });
  });
}

ExitCode run_get(const transfer::GetSettings& given, Context& context) {
  check(given, context.options().json);
  transfer::GetSettings settings = given;
  settings.dry_run = context.options().dry_run;
  settings.stop = context.stop();
  if (settings.output == "-") return write_to_output(settings, context);
  Report report(context);
  const auto tally = transfer::get(context.bucket(Access::read), settings, report);
  return settings.recursive ? report.conclude_trees(tally) : report.conclude(tally, "operands");
}

}  // namespace

void setup_get(CLI::App& app, Selection& selection) {
  add_command<transfer::GetSettings>(
      app, selection, {"get", "Download files by _id", "ID", "_ids of files to download"},
      [](transfer::GetSettings & settings) -> auto& { return settings.lookup.ids; }, add_get_options, run_get);
}

void setup_get_by_name(CLI::App& app, Selection& selection) {
  add_command<transfer::GetSettings>(
      app, selection,
      {"get-by-name", "Download files by name", "NAME", "Filenames to download; with -r: prefixes of them"},
      [](transfer::GetSettings & settings) -> auto& { return settings.lookup.names; }, add_get_by_name_options,
      run_get);
}

}  // namespace gridfs::cli
