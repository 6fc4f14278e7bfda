#include <string>

#include "cli/command.hpp"
#include "cli/file_text.hpp"
#include "cli/id_text.hpp"
#include "cli/lookup.hpp"
#include "cli/messages.hpp"
#include "cli/operands.hpp"
#include "cli/usage_error.hpp"

namespace gridfs::cli {

namespace {

struct RmOptions {
  LookupOptions lookup;
  bool all_revisions = false;
};

void add_options(CLI::App& command, RmOptions& options) {
  add_lookup_options(command, options.lookup);
  command.add_flag("--all-revisions", options.all_revisions, "With --name: remove every revision of it");
}

void check(const RmOptions& options) {
  check(options.lookup);
  if (!options.lookup.by_name()) {
    if (options.all_revisions) throw UsageError("--all-revisions goes with --name");
  } else if (options.all_revisions == options.lookup.revision.has_value()) {
    throw UsageError("--name needs either --revision N or --all-revisions");
  }
}

void print_removed(Context& context, const std::string& key, const Value& what, std::int64_t count) {
  if (!context.options().json) return;
  Document line;
  line.append(key, what).append("removed", Value(count));
  context.output().line(line.to_json(), Output::Flush::at_once);
}

void plan_all(const Bucket& bucket, const std::string& name) {
  static_cast<void>(bucket.find_by_name(name));
  Document filter;
  filter.append("filename", Value(name));
  for (const FileInfo& file : bucket.find(filter)) say_plan("would remove " + describe_file(file));
}

void remove_all(const std::string& name, Context& context) {
  const Bucket& bucket = context.bucket(Access::write);
  if (context.options().dry_run) return plan_all(bucket, name);
  print_removed(context, "filename", Value(name), bucket.delete_by_name(name));
}

void remove_one(const LookupOptions& options, std::size_t operand, Context& context) {
  const Bucket& bucket = context.bucket(Access::write);
  if (context.options().dry_run) return say_plan("would remove " + describe_file(find_file(bucket, options, operand)));
  // By its _id a file is removed without a look at it: one whose files document is gone still loses its chunks.
  const Value id = options.by_name() ? find_file(bucket, options, operand).id() : parse_id(options.ids[operand]);
  bucket.delete_file(id);
  if (options.by_name()) return print_removed(context, "filename", Value(options.names[operand]), 1);
  print_removed(context, "_id", id, 1);
}

ExitCode run_rm(const RmOptions& options, Context& context) {
  check(options);
  return for_each_operand(options.lookup.operands().size(), [&](std::size_t i) {
    if (options.all_revisions) {
      remove_all(options.lookup.names[i], context);
    } else {
      remove_one(options.lookup, i, context);
    }
  });
}

}  // namespace

void setup_rm(CLI::App& app, Selection& selection) {
  add_command<RmOptions>(
      app, selection, {"rm", "Remove files", "ID", "_ids of files"},
      [](RmOptions & options) -> auto& { return options.lookup.ids; }, add_options, run_rm);
}

}  // namespace gridfs::cli
