#include "gridfs/buckets.hpp"

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/columns.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

struct BucketsOptions {
  std::vector<std::string> operands;
  bool long_format = false;
  bool human_readable = false;
};

void add_buckets_options(CLI::App& command, BucketsOptions& options) {
  add_flag(command, "-l,--long", options.long_format, "Print number of files, size and name");
  add_flag(command, "-H,--human-readable", options.human_readable, "Like -l, with sizes such as 1.5M");
}

std::string json_text(const BucketSize& size) {
  Document line;
  line.append("bucket", Value(size.name)).append("files", Value(size.files)).append("bytes", Value(size.bytes));
  return line.to_json();
}

ExitCode run_buckets(const BucketsOptions& options, Context& context) {
  if (!options.operands.empty()) throw UsageError("there are no operands");
  const Bucket& bucket = context.bucket(Access::read);
  Output& output = context.output();
  for (const std::string& name : bucket_names(bucket)) {
    if (context.options().json) {
      output.line(json_text(bucket_size(bucket, name)));
    } else if (options.long_format || options.human_readable) {
      const BucketSize size = bucket_size(bucket, name);
      output.line(line_of(
          {{std::to_string(size.files), 8, true}, size_field(size.bytes, options.human_readable), {util::escape(name)}},
          output.columns()));
    } else {
      output.line(util::escape(name));
    }
  }
  return ExitCode::done;
}

}  // namespace

void setup_buckets(CLI::App& app, Selection& selection) {
  add_command<BucketsOptions>(
      app, selection,
      {"buckets", "List the buckets of the database", "", "", "012579", {"gridfs -d backups buckets -H"}},
      [](BucketsOptions & options) -> auto& { return options.operands; }, add_buckets_options, run_buckets);
}

}  // namespace gridfs::cli
