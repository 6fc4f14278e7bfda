#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/file_text.hpp"
#include "cli/id_text.hpp"
#include "cli/messages.hpp"
#include "cli/usage_error.hpp"

namespace gridfs::cli {

namespace {

struct RenameOptions {
  std::vector<std::string> operands;
  std::optional<std::string> old_name;
};

void add_options(CLI::App& command, RenameOptions& options) {
  command.add_option("--name", options.old_name, "Rename all revisions of this name instead")->type_name("OLD");
}

void rename_one(const Value& id, const std::string& new_name, Context& context) {
  const Bucket& bucket = context.bucket(Access::write);
  if (context.options().dry_run) {
    return say_plan("would rename " + describe_file(bucket.find_by_id(id)) + " to '" + new_name + "'");
  }
  bucket.rename(id, new_name);
  if (!context.options().json) return;
  Document line;
  line.append("_id", id).append("filename", Value(new_name));
  context.output().line(line.to_json());
}

void rename_all(const std::string& old_name, const std::string& new_name, Context& context) {
  const Bucket& bucket = context.bucket(Access::write);
  if (context.options().dry_run) {
    static_cast<void>(bucket.find_by_name(old_name));
    return say_plan("would rename all revisions of '" + old_name + "' to '" + new_name + "'");
  }
  const auto renamed = bucket.rename_by_name(old_name, new_name);
  say_info("renamed " + std::to_string(renamed) + " revisions");
  if (!context.options().json) return;
  Document line;
  line.append("filename", Value(old_name)).append("newFilename", Value(new_name)).append("renamed", Value(renamed));
  context.output().line(line.to_json());
}

ExitCode run_rename(const RenameOptions& options, Context& context) {
  const std::size_t wanted = options.old_name ? 1 : 2;
  if (options.operands.size() != wanted) throw UsageError("ID NEW, or --name OLD NEW, is required");
  const std::string& new_name = options.operands.back();
  if (options.old_name) {
    rename_all(*options.old_name, new_name, context);
  } else {
    rename_one(parse_id(options.operands.front()), new_name, context);
  }
  return ExitCode::done;
}

}  // namespace

void setup_rename(CLI::App& app, Selection& selection) {
  add_command<RenameOptions>(
      app, selection,
      {"rename", "Give a file, or all revisions of a name, a new name", "ID NEW", "_id of the file, and its new name"},
      [](RenameOptions & options) -> auto& { return options.operands; }, add_options, run_rename);
}

}  // namespace gridfs::cli
