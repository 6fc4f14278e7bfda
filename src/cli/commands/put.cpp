#include "transfer/put.hpp"

#include "cli/command.hpp"
#include "cli/options/put_options.hpp"
#include "cli/output/report.hpp"
#include "transfer/id_text.hpp"

namespace gridfs::cli {

namespace {

ExitCode run_put(const PutOptions& options, Context& context) {
  check(options, context.options());
  transfer::PutSettings settings = options.settings;
  settings.metadata = given_metadata(options, context.stop());
  settings.dry_run = context.options().dry_run;
  settings.stop = context.stop();
  const Bucket& bucket = context.bucket(Access::write);
  if (options.id) settings.id = transfer::parse_id(*options.id);
  Report report(context);
  return report.conclude(transfer::put(bucket, context.primary_bucket(), settings, report), "files");
}

}  // namespace

void setup_put(CLI::App& app, Selection& selection) {
  add_command<PutOptions>(
      app, selection,
      {"put", "Upload files; prints the new _id of each", "FILE", "Files to upload; - is standard input"},
      [](PutOptions & options) -> auto& { return options.settings.files; }, add_put_options, run_put);
}

}  // namespace gridfs::cli
