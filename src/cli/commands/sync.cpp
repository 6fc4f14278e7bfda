#include "transfer/sync/sync.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"

namespace gridfs::cli {

namespace {

using transfer::Comparison;
using Direction = transfer::SyncPlan::Direction;

struct SyncOptions : transfer::SyncSettings {
  std::vector<std::string> operands;
  bool by_checksum = false;
  bool by_size = false;
};

void add_sync_options(CLI::App& command, SyncOptions& options) {
  add_filter_options(command, options.filter);
  add_flag(command, "--checksum", options.by_checksum,
           "Compare by size and SHA-256 instead of size and time; store it");
  add_flag(command, "--size-only", options.by_size, "Compare by size alone");
  add_flag(command, "--replace", options.replace, "Remove older revisions of a name once the new one is stored");
  add_flag(command, "--allow-changing", options.allow_changing,
           "Store a file even if it changes while it is read, with a warning");
  add_flag(command, "-L,--copy-links", options.follow_links, "Store what symbolic links lead to");
  add_flag(command, "--delete", options.remove_extra,
           "Remove what SRC does not have, once everything else has succeeded");
  add_parsed(
      command, "--max-delete N", options.most_removed,
      [](const std::string& text) { return parse_whole_number(text, 0); },
      "With --delete: remove nothing if it would be more than N files");
}

// The side that is in the bucket and the one that is not.
void take_operands(SyncOptions& options) {
  constexpr std::string_view mark = "gridfs:";
  check_count(options.operands, 2, "SRC and DST are required");
  const std::string& source = options.operands.front();
  const std::string& destination = options.operands.back();
  const bool to_bucket = destination.starts_with(mark);
  if (to_bucket == source.starts_with(mark)) {
    throw UsageError("one of SRC and DST must be a directory, and the other gridfs:PREFIX");
  }
  options.direction = to_bucket ? Direction::to_bucket : Direction::to_directory;
  options.directory = to_bucket ? source : destination;
  if (options.directory.empty()) throw UsageError("the name of the directory must not be empty");
  options.prefix = (to_bucket ? destination : source).substr(mark.size());
  check_prefixes({options.prefix});
  if (!options.prefix.empty() && !options.prefix.ends_with('/')) options.prefix += '/';
}

void check(const SyncOptions& options) {
  if (options.by_checksum && options.by_size) throw UsageError("--checksum and --size-only exclude each other");
  if (options.most_removed && !options.remove_extra) throw UsageError("--max-delete goes with --delete");
  if (options.direction == Direction::to_bucket) return;
  if (options.replace) throw UsageError("--replace goes with a bucket as DST");
  if (options.allow_changing) throw UsageError("--allow-changing goes with a directory as SRC");
  if (options.follow_links) throw UsageError("--copy-links goes with a directory as SRC");
}

ExitCode run_sync(const SyncOptions& given, Context& context) {
  SyncOptions options = given;
  take_operands(options);
  check(options);
  if (options.by_checksum) options.comparison = Comparison::checksum;
  if (options.by_size) options.comparison = Comparison::size;
  options.dry_run = context.options().dry_run;
  options.bytes_per_second = context.options().bytes_per_second;
  options.stop = context.stop();
  const bool to_bucket = options.direction == Direction::to_bucket;
  const Bucket bucket = context.bucket(to_bucket ? Access::write : Access::read);
  const Bucket primary = context.primary_bucket();
  // Ids are not printed: the names are known.
  Report report(context,
                {.done = "transferred", .unchanged = "unchanged", .removes = true, .silent = !context.options().json});
  // What to remove is decided by what the primary has.
  const bool from_primary = !to_bucket && options.remove_extra;
  return report.conclude(transfer::sync(from_primary ? primary : bucket, primary, options, report), "file", true);
}

}  // namespace

void setup_sync(CLI::App& app, Selection& selection) {
  add_command<SyncOptions>(
      app, selection,
      {"sync",
       "Mirror a directory into a bucket, or back",
       "SRC DST",
       "A directory and gridfs:PREFIX, or the other way round",
       "012345789",
       {"gridfs sync -n --delete --max-delete 100 /srv/photos gridfs:photos", "gridfs sync gridfs:photos /srv/photos"}},
      [](SyncOptions & options) -> auto& { return options.operands; }, add_sync_options, run_sync);
}

}  // namespace gridfs::cli
