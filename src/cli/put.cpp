#include "cli/command.hpp"
#include "cli/operands.hpp"
#include "cli/put_options.hpp"
#include "cli/put_sources.hpp"
#include "cli/putter.hpp"

namespace gridfs::cli {

namespace {

bool may_be_many(const PutOptions& options) {
  return options.recursive || options.files_from || options.files_from0 || options.files.size() > 1;
}

ExitCode run_put(const PutOptions& options, Context& context) {
  check(options, context.options());
  OperandTally tally;
  Putter putter(options, context, tally, may_be_many(options));
  try {
    each_put_source(options, context.stop(), tally, [&](const PutSource& source) { putter.put(source); });
    putter.finish();
  } catch (...) {
    putter.settle();
    throw;
  }
  tally.say_skipped("files");
  return tally.result();
}

}  // namespace

void setup_put(CLI::App& app, Selection& selection) {
  add_command<PutOptions>(
      app, selection, {"put", "Store files; prints the new _id of each", "FILE", "Files to store; - is standard input"},
      [](PutOptions & options) -> auto& { return options.files; }, add_put_options, run_put);
}

}  // namespace gridfs::cli
