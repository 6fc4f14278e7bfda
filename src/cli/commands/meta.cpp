#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "gridfs/error.hpp"

#include "cli/command.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"
#include "transfer/checksum.hpp"
#include "transfer/file_text.hpp"
#include "util/text/escape.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::cli {

namespace {

struct MetaOptions {
  std::vector<std::string> ids;
  Document set;  // by paths
  std::vector<std::string> unset;
  std::optional<std::string> replacement;  // JSON, or @FILE

  [[nodiscard]] bool changes() const noexcept { return replacement || !set.empty() || !unset.empty(); }
};

// A path such as `address.city`.
std::string parse_path(const std::string& text) {
  const std::string dotted = '.' + text + '.';
  if (dotted.find("..") != std::string::npos || dotted.find(".$") != std::string::npos || !util::is_utf8(text))
    throw UsageError("'" + text + "' is not the name of a field, or such names with dots between them");
  return text;
}

void add_field(Document& set, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) throw UsageError("'" + text + "' is not KEY=JSON");
  const std::string path = parse_path(text.substr(0, equals));
  const std::string json = text.substr(equals + 1);
  try {
    set.append(path, Value::from_json(json));
  } catch (const ConfigurationError& error) {
    const std::string as_text = path + '=' + Value(json).to_json();
    throw UsageError("the value of " + path + " is " + error.what() +
                     (util::is_utf8(json) ? "; for text: --set " + util::shell_quote(as_text) : ""));
  }
}

void add_meta_options(CLI::App& command, MetaOptions& options) {
  const auto set = [&options](const std::string& text) { add_field(options.set, text); };
  const auto unset = [&options](const std::string& text) { options.unset.push_back(parse_path(text)); };
  add_function(command, "--set KEY=JSON", set, "Set a field; a.b is the field b of a; may be repeated")
      ->trigger_on_parse();
  add_function(command, "--unset KEY", unset, "Remove a field; may be repeated")->trigger_on_parse();
  add_text(command, "--replace JSON|@FILE", options.replacement, "Replace all metadata");
}

std::vector<std::string> changed_paths(const MetaOptions& options) {
  std::vector<std::string> paths = options.unset;
  for (const auto& [path, value] : options.set.fields()) paths.push_back(path);
  return paths;
}

void check(const MetaOptions& options, const GlobalOptions& global) {
  check_count(options.ids, 1, "one ID is required");
  if (options.replacement && (!options.set.empty() || !options.unset.empty()))
    throw UsageError("--replace excludes --set and --unset");
  if (options.replacement == "@-" && global.read_standard_input()) throw UsageError("standard input can be read once");
  std::vector<std::string> paths = changed_paths(options);
  for (std::string& path : paths) path += '.';
  std::sort(paths.begin(), paths.end());
  const auto overlap =
      std::adjacent_find(paths.begin(), paths.end(),
                         [](const std::string& one, const std::string& next) { return next.starts_with(one); });
  if (overlap != paths.end()) throw UsageError("'" + overlap->substr(0, overlap->size() - 1) + "' is changed twice");
}

Value metadata_of(const FileInfo& file) {
  const auto metadata = file.document().find("metadata");
  return metadata && metadata->type() != Value::Type::null ? *metadata : Value(Document());
}

void print(const FileInfo& file, Context& context) {
  const Value metadata = metadata_of(file);
  context.output().line(context.options().json
                            ? Document().append("_id", file.id()).append("metadata", metadata).to_json()
                            : metadata.to_json());
}

void warn_of_checksum(const MetaOptions& options, const std::optional<Document>& replacement, const FileInfo& file) {
  if (!transfer::stored_sha256(file)) return;
  const auto paths = changed_paths(options);
  const bool is_changed = replacement
                              ? replacement->find("sha256") != file.metadata().value_or(Document()).find("sha256")
                              : std::find(paths.begin(), paths.end(), "sha256") != paths.end();
  if (is_changed) {
    say_data_warning(
        fmt::format("{}: this changes metadata.sha256, with which get and check --read-data compare the content",
                    transfer::describe_file(file)));
  }
}

void say_changes(const MetaOptions& options, const std::optional<Document>& replacement, const FileInfo& file) {
  const std::string shown = transfer::describe_file(file);
  if (replacement) say_always(fmt::format("would replace the metadata of {} by {}", shown, replacement->to_json()));
  for (const auto& [path, value] : options.set.fields())
    say_always(fmt::format("would set metadata.{} of {} to {}", path, shown, value.to_json()));
  for (const std::string& path : options.unset) say_always(fmt::format("would remove metadata.{} of {}", path, shown));
}

void change(const MetaOptions& options, const std::optional<Document>& replacement, const FileInfo& file,
            Context& context, Report& report) {
  warn_of_checksum(options, replacement, file);
  if (context.options().dry_run) return say_changes(options, replacement, file);
  const Bucket& bucket = context.bucket(Access::write);
  if (replacement) {
    bucket.replace_metadata(file.id(), *replacement);
  } else {
    bucket.update_metadata(file.id(), options.set, options.unset);
  }
  report.count(1);
  if (context.options().json) print(bucket.find_by_id(file.id()), context);
}

ExitCode run_meta(const MetaOptions& options, Context& context) {
  check(options, context.options());
  const Value id = transfer::parse_id(options.ids.front());
  std::optional<Document> replacement;
  if (options.replacement) replacement = read_document("--replace", *options.replacement, context.stop());
  const Bucket& bucket = context.bucket(options.changes() ? Access::write : Access::read);
  context.expect_ids("");
  Report report(context, {.done = options.changes() ? "changed" : "", .transfers = false});
  return for_each_operand(options.ids, report, [&](std::size_t /*operand*/) {
    const FileInfo file = bucket.find_by_id(id);
    options.changes() ? change(options, replacement, file, context, report) : print(file, context);
  });
}

}  // namespace

void setup_meta(CLI::App& app, Selection& selection) {
  add_command<MetaOptions>(
      app, selection,
      {"meta",
       "Print or change the metadata of a file",
       "ID",
       "_id of the file",
       "0124579",
       {"gridfs meta 6565e0d2a1b2c3d4e5f60718", "gridfs meta 6565e0d2a1b2c3d4e5f60718 --unset tags"}},
      [](MetaOptions & options) -> auto& { return options.ids; }, add_meta_options, run_meta);
}

}  // namespace gridfs::cli
