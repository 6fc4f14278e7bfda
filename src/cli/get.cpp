#include <cerrno>
#include <optional>
#include <string>

#include "gridfs/error.hpp"

#include "cli/command.hpp"
#include "cli/download_file.hpp"
#include "cli/file_text.hpp"
#include "cli/local_target.hpp"
#include "cli/lookup.hpp"
#include "cli/messages.hpp"
#include "cli/operands.hpp"
#include "cli/usage_error.hpp"
#include "util/local_error.hpp"

namespace gridfs::cli {

namespace {

struct GetOptions {
  LookupOptions lookup;
  std::optional<std::string> output;
  bool force = false;
  bool preserve = false;
  bool resume = false;
  bool checksum = false;

  [[nodiscard]] bool to_standard_output() const { return output == "-"; }
};

void add_download_options(CLI::App& command, GetOptions& options) {
  command
      .add_option("-o,--output", options.output,
                  "File to write, or a directory; - is standard output [the stored name, in this directory]")
      ->type_name("PATH");
  command.add_flag("-f,--force", options.force, "Replace a file that is there");
  command.add_flag("--continue", options.resume,
                   "Go on with what an earlier --continue has left; leave what this one gets if it fails");
  command.add_flag("--preserve", options.preserve, "Set the file's time to its upload date");
  command.add_flag("--checksum", options.checksum,
                   "Refuse files without a stored checksum; one that is stored is always compared");
}

void add_options_by_name(CLI::App& command, GetOptions& options) {
  add_revision_option(command, options.lookup.revision,
                      "0 the first, 1, 2, ...; -1 the newest, -2 the one before [-1]");
  add_download_options(command, options);
}

void check(const GetOptions& options, bool json) {
  if (options.lookup.operands().empty()) throw UsageError("an ID or a NAME is required");
  if (options.to_standard_output()) {
    if (json) throw UsageError("--json and -o - exclude each other");
    if (options.resume) throw UsageError("--continue and -o - exclude each other");
  } else if (options.output && options.lookup.operands().size() > 1 && !is_directory(*options.output)) {
    throw UsageError("-o: several files need a directory, not '" + *options.output + "'");
  }
}

class Getter {
 public:
  Getter(const GetOptions& options, Context& context)
      : options_(options), context_(context), bucket_(context.bucket(Access::read)) {
    local_.existing = options.force ? util::OutputFile::Existing::replace : util::OutputFile::Existing::refuse;
    local_.preserve = options.preserve;
    local_.resume = options.resume;
  }

  void get(std::size_t operand) {
    const FileInfo file = find_file(bucket_, options_.lookup, operand);
    if (options_.checksum && !stored_sha256(file)) throw Error(describe_file(file) + ": no checksum is stored with it");
    const auto mode = hash_mode_for(file, static_cast<int>(context_.options().jobs));
    if (options_.to_standard_output()) {
      if (context_.options().dry_run) return say_plan("would write " + describe_file(file) + " to standard output");
      return download_to_output(bucket_, file, context_.output(), mode);
    }
    const LocalTarget target(options_.output, file);
    if (context_.options().dry_run) return plan(file, target);
    download_to_file(bucket_, file, target.open(), local_, mode);
    print(file, target.path());
  }

 private:
  void plan(const FileInfo& file, const LocalTarget& target) const {
    if (!options_.force && target.exists()) throw util::LocalError(target.path(), EEXIST);
    say_plan("would write " + describe_file(file) + " to " + target.path());
  }

  void print(const FileInfo& file, const std::string& path) {
    say_info("wrote " + describe_file(file) + " to " + path);
    if (!context_.options().json) return;
    Document line;
    line.append("_id", file.id());
    if (const auto name = file.filename()) line.append("filename", Value(*name));
    line.append("length", Value(file.length())).append("path", Value(path));
    context_.output().line(line.to_json(), Output::Flush::at_once);
  }

  const GetOptions& options_;
  Context& context_;
  const Bucket& bucket_;
  LocalFileOptions local_;
};

ExitCode run_get(const GetOptions& options, Context& context) {
  check(options, context.options().json);
  Getter getter(options, context);
  return for_each_operand(options.lookup.operands().size(), [&](std::size_t i) { getter.get(i); });
}

}  // namespace

void setup_get(CLI::App& app, Selection& selection) {
  add_command<GetOptions>(
      app, selection, {"get", "Fetch files by _id", "ID", "_ids of files to fetch"},
      [](GetOptions & options) -> auto& { return options.lookup.ids; }, add_download_options, run_get);
}

void setup_get_by_name(CLI::App& app, Selection& selection) {
  add_command<GetOptions>(
      app, selection, {"get-by-name", "Fetch files by name", "NAME", "Filenames to fetch"},
      [](GetOptions & options) -> auto& { return options.lookup.names; }, add_options_by_name, run_get);
}

}  // namespace gridfs::cli
