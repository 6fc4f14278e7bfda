#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "gridfs/error.hpp"

#include "cli/command.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"
#include "transfer/file_text.hpp"
#include "util/text/units.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::cli {

namespace {

struct RenameOptions {
  std::vector<std::string> operands;
  std::optional<std::string> old_name;
  bool if_absent = false;

  [[nodiscard]] const std::string& new_name() const { return operands.back(); }
};

void add_rename_options(CLI::App& command, RenameOptions& options) {
  add_text(command, "--name OLD", options.old_name, "Rename all revisions of this name instead");
  add_flag(command, "--if-absent", options.if_absent, "Refuse a new name that already exists");
}

void check(const RenameOptions& options) {
  check_count(options.operands, options.old_name ? 1 : 2, "ID NEW, or --name OLD NEW, is required");
  if (options.old_name && options.old_name->empty()) throw UsageError("--name: it must not be empty");
  if (!options.old_name && options.operands.front().empty()) throw UsageError("the ID must not be empty");
  if (options.new_name().empty()) throw UsageError("the new name must not be empty");
  if (!util::is_utf8(options.new_name())) throw UsageError("the new name must be UTF-8: '" + options.new_name() + "'");
}

// Warns of, or refuses, a new name that other files have already.
void check_new_name(const RenameOptions& options, const Bucket& bucket, const std::optional<Value>& id) {
  const std::string& name = options.new_name();
  if (options.old_name == name) return;
  Document filter;
  filter.append("filename", Value(name));
  if (id) filter.append("_id", Value(Document().append("$ne", *id)));
  FindOptions find;
  find.exact_text = true;
  find.limit = 1;
  if (!bucket.find(filter, find).next() || (id && bucket.find_by_id(*id).filename() == name)) return;
  if (options.if_absent) throw FileExists("'" + name + "' already exists");
  say_data_warning(fmt::format("'{}' already exists: renamed files become revisions of it, by upload date", name));
}

void rename_one(const RenameOptions& options, Context& context, Report& report) {
  const Value id = transfer::parse_id(options.operands.front());
  const std::string& new_name = options.new_name();
  const Bucket& bucket = context.bucket(Access::write);
  context.expect_ids("--name");
  check_new_name(options, bucket, id);
  if (context.options().dry_run) {
    return say_always(fmt::format("would rename {} to '{}'", transfer::describe_file(bucket.find_by_id(id)), new_name));
  }
  bucket.rename(id, new_name);
  report.count(1);
  if (context.options().json) {
    context.output().line(Document().append("_id", id).append("filename", Value(new_name)).to_json());
  }
}

void rename_all(const RenameOptions& options, Context& context, Report& report) {
  const std::string& old_name = *options.old_name;
  const std::string& new_name = options.new_name();
  const Bucket& bucket = context.bucket(Access::write);
  check_new_name(options, bucket, std::nullopt);
  if (context.options().dry_run) {
    static_cast<void>(bucket.find_by_name(old_name));
    return say_always(fmt::format("would rename all revisions of '{}' to '{}'", old_name, new_name));
  }
  const auto renamed = bucket.rename_by_name(old_name, new_name);
  say_info("renamed " + util::count_of(renamed, "revision"));
  report.count(renamed);
  if (!context.options().json) return;
  Document line;
  line.append("filename", Value(old_name)).append("newFilename", Value(new_name)).append("renamed", Value(renamed));
  context.output().line(line.to_json());
}

ExitCode run_rename(const RenameOptions& options, Context& context) {
  check(options);
  Report report(context, {.done = "renamed", .transfers = false});
  return for_each_operand({options.old_name.value_or(options.operands.front())}, report, [&](std::size_t /*operand*/) {
    options.old_name ? rename_all(options, context, report) : rename_one(options, context, report);
  });
}

}  // namespace

void setup_rename(CLI::App& app, Selection& selection) {
  add_command<RenameOptions>(
      app, selection,
      {"rename",
       "Rename a file, or all revisions of a name",
       "[ID] NEW",
       "_id of the file, and its new name",
       "01245679",
       {"gridfs rename 6565e0d2a1b2c3d4e5f60718 photo-2025.png", "gridfs rename --name photo.png photos/photo.png"}},
      [](RenameOptions & options) -> auto& { return options.operands; }, add_rename_options, run_rename);
}

}  // namespace gridfs::cli
