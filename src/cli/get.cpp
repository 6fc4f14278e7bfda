#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include "cli/command.hpp"
#include "cli/file_text.hpp"
#include "cli/id_text.hpp"
#include "cli/lookup.hpp"
#include "cli/messages.hpp"
#include "cli/operands.hpp"
#include "cli/usage_error.hpp"
#include "util/local_error.hpp"
#include "util/output_file.hpp"
#include "util/stored_name.hpp"

namespace gridfs::cli {

namespace {

struct GetOptions {
  LookupOptions lookup;
  std::optional<std::string> output;
  bool force = false;
  bool preserve = false;

  [[nodiscard]] bool to_standard_output() const { return output == "-"; }
};

void add_download_options(CLI::App& command, GetOptions& options) {
  command
      .add_option("-o,--output", options.output,
                  "File to write, or a directory; - is standard output [the stored name, in this directory]")
      ->type_name("PATH");
  command.add_flag("-f,--force", options.force, "Replace a file that is there");
  command.add_flag("--preserve", options.preserve, "Set the file's time to its upload date");
}

void add_options_by_id(CLI::App& command, GetOptions& options) {
  command.add_option("ID", options.lookup.ids, "_ids of files to fetch")->required()->type_name("");
  add_download_options(command, options);
}

void add_options_by_name(CLI::App& command, GetOptions& options) {
  command.add_option("NAME", options.lookup.names, "Filenames to fetch")->required()->type_name("");
  add_revision_option(command, options.lookup.revision,
                      "0 the first, 1, 2, ...; -1 the newest, -2 the one before [-1]");
  add_download_options(command, options);
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return path.ends_with('/') || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode));
}

bool is_in_the_way(const util::Target& target) {
  struct stat status {};
  return ::fstatat(target.directory.get(), target.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

util::Target target_for(const GetOptions& options, const FileInfo& file) {
  if (options.output && !is_directory(*options.output)) return util::target_of_path(*options.output);
  const auto name = file.filename();
  if (!name) throw util::LocalError(describe_file(file), "it has no name: say where with -o FILE", EINVAL);
  if (const auto reason = util::unsafe_name_reason(*name)) {
    throw util::LocalError(describe_file(file),
                           "the stored name is not safe as a local path: " + *reason + ": say where with -o FILE",
                           EINVAL);
  }
  return util::target_below(options.output.value_or(""), *name);
}

void copy(DownloadStream& download, util::OutputFile& file) {
  for (auto chunk = download.read_chunk(); !chunk.empty(); chunk = download.read_chunk()) file.write(chunk);
}

void copy(DownloadStream& download, Output& output) {
  for (auto chunk = download.read_chunk(); !chunk.empty(); chunk = download.read_chunk()) output.write(chunk);
}

class Getter {
 public:
  Getter(const GetOptions& options, Context& context)
      : options_(options), context_(context), bucket_(context.bucket(Access::read)) {}

  void get(const FileInfo& file) {
    if (options_.to_standard_output()) return to_standard_output(file);
    auto target = target_for(options_, file);
    const std::string path = target.shown;
    if (context_.options().dry_run) return plan(file, target);

    auto download = bucket_.open_download_stream(file);
    util::OutputFile local(std::move(target),
                           options_.force ? util::OutputFile::Existing::replace : util::OutputFile::Existing::refuse);
    copy(download, local);
    if (const auto date = file.upload_date(); options_.preserve && date) {
      local.set_modified(date->time_since_epoch().count());
    }
    local.commit();
    print(file, path);
  }

 private:
  void to_standard_output(const FileInfo& file) {
    if (context_.options().dry_run) return say_plan("would write " + describe_file(file) + " to standard output");
    auto download = bucket_.open_download_stream(file);
    copy(download, context_.output());
  }

  void plan(const FileInfo& file, const util::Target& target) {
    if (!options_.force && is_in_the_way(target)) throw util::LocalError(target.shown, EEXIST);
    say_plan("would write " + describe_file(file) + " to " + target.shown);
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
};

ExitCode run_get(const GetOptions& options, Context& context) {
  const std::size_t count = options.lookup.operands().size();
  if (options.to_standard_output() && context.options().json) throw UsageError("--json and -o - exclude each other");
  if (count > 1 && options.output && !options.to_standard_output() && !is_directory(*options.output)) {
    throw UsageError("-o: several files need a directory, not '" + *options.output + "'");
  }
  Getter getter(options, context);
  const Bucket& bucket = context.bucket(Access::read);
  return for_each_operand(count, [&](std::size_t i) { getter.get(find_file(bucket, options.lookup, i)); });
}

}  // namespace

void setup_get(CLI::App& app, Selection& selection) {
  add_command<GetOptions>(app, selection, "get", "Fetch files by _id", add_options_by_id, run_get);
}

void setup_get_by_name(CLI::App& app, Selection& selection) {
  add_command<GetOptions>(app, selection, "get-by-name", "Fetch files by name", add_options_by_name, run_get);
}

}  // namespace gridfs::cli
