#include <algorithm>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/file_filter.hpp"
#include "cli/file_text.hpp"
#include "cli/id_text.hpp"
#include "cli/lookup.hpp"
#include "cli/messages.hpp"
#include "cli/operands.hpp"
#include "cli/tree_remover.hpp"
#include "cli/usage_error.hpp"

namespace gridfs::cli {

namespace {

struct RmOptions {
  LookupOptions lookup;
  bool all_revisions = false;
  bool recursive = false;
  FileFilter filter;

  [[nodiscard]] const std::vector<std::string>& prefixes() const noexcept { return lookup.ids; }
};

void add_options(CLI::App& command, RmOptions& options) {
  add_lookup_options(command, options.lookup);
  add_flag(command, "--all-revisions", options.all_revisions, "With --name: remove every revision of it");
  add_flag(command, "-r,--recursive", options.recursive,
           "IDs are prefixes: remove every revision of every name below them that passes the filters");
  add_filter_options(command, options.filter);
}

void check_recursive(const RmOptions& options) {
  if (options.lookup.by_name()) throw UsageError("-r and --name exclude each other");
  if (options.lookup.revision) throw UsageError("-r and --revision exclude each other");
  if (options.all_revisions) throw UsageError("-r and --all-revisions exclude each other");
  if (options.prefixes().empty()) throw UsageError("a PREFIX is required");
  const auto& prefixes = options.prefixes();
  if (std::find(prefixes.begin(), prefixes.end(), "") != prefixes.end() && !options.filter.is_given()) {
    throw UsageError("an empty prefix is every file: say by a filter which ones");
  }
}

void check(const RmOptions& options) {
  if (options.recursive) return check_recursive(options);
  if (options.filter.is_given()) throw UsageError("filters go with --recursive");
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
  for (const FileInfo& file : bucket.find(filter)) say_always("would remove " + describe_file(file));
}

void remove_all(const std::string& name, Context& context) {
  const Bucket& bucket = context.bucket(Access::write);
  if (context.options().dry_run) return plan_all(bucket, name);
  print_removed(context, "filename", Value(name), bucket.delete_by_name(name));
}

void remove_revision(const LookupOptions& options, std::size_t operand, Context& context) {
  const Bucket& bucket = context.bucket(Access::write);
  const FileInfo file = find_file(bucket, options, operand);
  if (context.options().dry_run) return say_always("would remove " + describe_file(file));
  bucket.delete_file(file.id());
  print_removed(context, "filename", Value(options.names[operand]), 1);
}

// Removes files by their ids, many at once, without a look at them: one whose files document is gone still loses its
// chunks.
class Remover {
 public:
  Remover(const std::vector<std::string>& operands, Context& context)
      : bucket_(context.bucket(Access::write)), context_(context) {
    for (const std::string& operand : operands) ids_.push_back(parse_id(operand));
  }

  // To be called for each operand in turn.
  void remove(std::size_t operand) {
    if (context_.options().dry_run)
      return say_always("would remove " + describe_file(bucket_.find_by_id(ids_[operand])));
    if (operand == begin_ + outcomes_.size()) remove_from(operand);
    if (const auto error = outcomes_[operand - begin_]) std::rethrow_exception(error);
    print_removed(context_, "_id", ids_[operand], 1);
  }

 private:
  void remove_from(std::size_t begin) {
    constexpr std::size_t most_at_once = 1'000;
    begin_ = begin;
    outcomes_ = bucket_.delete_files(std::span(ids_).subspan(begin, std::min(most_at_once, ids_.size() - begin)));
  }

  const Bucket& bucket_;
  Context& context_;
  std::vector<Value> ids_;
  std::size_t begin_ = 0;  // of those whose outcomes are known
  std::vector<std::exception_ptr> outcomes_;
};

ExitCode run_rm(const RmOptions& options, Context& context) {
  check(options);
  if (options.recursive) return remove_trees(options.prefixes(), options.filter, context);
  const LookupOptions& lookup = options.lookup;
  if (!lookup.by_name()) {
    Remover remover(lookup.ids, context);
    return for_each_operand(lookup.ids, [&](std::size_t i) { remover.remove(i); });
  }
  return for_each_operand(lookup.names, [&](std::size_t i) {
    if (options.all_revisions) {
      remove_all(lookup.names[i], context);
    } else {
      remove_revision(lookup, i, context);
    }
  });
}

}  // namespace

void setup_rm(CLI::App& app, Selection& selection) {
  add_command<RmOptions>(
      app, selection, {"rm", "Remove files", "ID", "_ids of files; with -r: what names begin with"},
      [](RmOptions & options) -> auto& { return options.lookup.ids; }, add_options, run_rm);
}

}  // namespace gridfs::cli
