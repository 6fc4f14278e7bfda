#include "cli/commands/put.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"
#include "transfer/file_text.hpp"

namespace gridfs::cli {

namespace {

std::string not_empty(const std::string& text) {
  if (text.empty()) throw UsageError("it must not be empty");
  return text;
}

Value parse_new_id(const std::string& text) { return transfer::parse_id(not_empty(text)); }

std::int32_t parse_chunk_size(const std::string& text) {
  const auto size = parse_size_option(text);
  if (size < 1 || size > max_chunk_size) throw UsageError("it must be 1 byte to 15 MiB");
  return static_cast<std::int32_t>(size);
}

// Two files of the command line that would get one name. What is below directories is not known yet.
void check_names(const PutOptions& options) {
  std::set<std::string> names;
  for (const std::string& file : options.files) {
    std::error_code error;
    const std::string name = options.keep_path ? file : file.substr(file.rfind('/') + 1);
    if (file == "-" || name.empty() || (options.recursive && std::filesystem::is_directory(file, error))) continue;
    if (!names.insert(name).second)
      throw UsageError("two files would be stored as '" + options.name_prefix + name + "'");
  }
}

void check_sources(const PutOptions& options) {
  const bool many = options.files_from || options.files_from0 || options.recursive;
  if (options.from_command) {
    if (many || !options.files.empty()) throw UsageError("--from-command goes without files");
    if (!options.name) throw UsageError("--from-command needs --name");
    return;
  }
  if (options.files.empty() && !options.files_from && !options.files_from0) throw UsageError("FILE is required");
  const bool one = options.files.size() == 1 && !many;
  if (options.name && !one) throw UsageError("--name goes with one FILE");
  if (options.id && !one) throw UsageError("--id goes with one FILE");
  check_names(options);
  if (options.keep_path && options.recursive) throw UsageError("-r and --keep-path exclude each other");
}

// What the command line alone shows to be wrong.
void check(const PutOptions& options, const GlobalOptions& global) {
  check_sources(options);
  if (options.if_absent && options.replace) throw UsageError("--if-absent and --replace exclude each other");
  if (options.filter.is_given() && !options.recursive) throw UsageError("filters go with --recursive");

  auto inputs = std::count(options.files.begin(), options.files.end(), "-");
  if (inputs > 0 && !options.name) throw UsageError("standard input needs --name");
  for (const bool reads : {options.metadata_text == "@-", options.files_from == "-", options.files_from0 == "-",
                           global.read_standard_input()}) {
    inputs += reads ? 1 : 0;
  }
  if (inputs > 1) throw UsageError("standard input can be read once");
}

ExitCode run_put(const PutOptions& options, Context& context) {
  check(options, context.options());
  PutOptions settings = options;
  if (options.metadata_text) settings.metadata = read_document("--metadata", *options.metadata_text, context.stop());
  settings.dry_run = context.options().dry_run;
  settings.bytes_per_second = context.options().bytes_per_second;
  settings.stop = context.stop();
  // To mongofiles, -r means something else.
  const bool is_standard_input = options.files == std::vector<std::string>{"-"};
  if (!is_standard_input && !context.options().is_mongofiles) context.expect_local_files("-r stores what is below it");
  const Bucket& bucket = context.bucket(Access::write);
  const bool is_counted = !options.recursive && !options.files_from && !options.files_from0;
  const std::size_t files = options.from_command ? 1 : options.files.size();
  Report report(
      context, {.done = "stored", .files = is_counted ? std::optional(files) : std::nullopt, .silent = options.silent});
  return report.conclude(transfer::put(bucket, context.primary_bucket(), settings, report), "file");
}

}  // namespace

void add_put_options(CLI::App& command, PutOptions& options) {
  add_flag(command, "-r,--recursive", options.recursive, "Store the files below directories, under relative paths");
  add_text(command, "--files-from FILE", options.files_from, "Also store the files listed in FILE, one path per line");
  add_text(command, "--files-from0 FILE", options.files_from0, "The same, for paths that end in NUL");
  add_filter_options(command, options.filter);
  add_parsed(command, "--from-command CMD", options.from_command, not_empty,
             "Store what a shell command prints under --name, if it succeeds");
  add_parsed(command, "--name NAME", options.name, not_empty, "Name to store the file under [last component of FILE]");
  add_flag(command, "--keep-path", options.keep_path, "Store under the paths as given, with their directories");
  add_text(command, "--name-prefix PREFIX", options.name_prefix, "Prefix for each name");
  add_parsed(command, "--id NEW", options.id, parse_new_id, "The new file's _id; must not be in use [a new ObjectId]");
  add_parsed(command, "--chunk-size SIZE", options.chunk_size, parse_chunk_size,
             "Chunk size in bytes, 1 to 15M [255K]");
  add_text(command, "--metadata JSON|@FILE", options.metadata_text,
           "Metadata as JSON, or @FILE to read it from a file");
  add_text(command, "--content-type TYPE", options.content_type,
           "Stored as metadata.contentType; auto: from the extension");
  add_checksum_option(command, options.checksum, "Store the SHA-256 in metadata.sha256, for get to verify");
  add_flag(command, "--preserve", options.preserve,
           "Store modification time and mode in metadata.mtime and metadata.mode");
  add_flag(command, "--verify", options.verify, "Read each file back and compare it with what was sent");
  add_flag(command, "--allow-changing", options.allow_changing,
           "Store a file even if it changes while it is read, with a warning");
  add_flag(command, "--if-absent", options.if_absent, "Skip names that already exist");
  add_flag(command, "--replace", options.replace, "Remove older revisions of the name once the new one is stored");
  add_flag(command, "--silent", options.silent, "Do not print the new _ids");
  add_flag(command, "--newest", options.newest, "Upload date later than all revisions of the name, even future ones");
}

void setup_put(CLI::App& app, Selection& selection) {
  add_command<PutOptions>(
      app, selection,
      {"put",
       "Upload files; prints the new _id of each",
       "[FILE...]",
       "Files to upload; - is standard input",
       "0123456789",
       {"gridfs put --name-prefix photos/ a.png b.png c.png", "gridfs put -r --exclude '*.tmp' photos"}},
      [](PutOptions & options) -> auto& { return options.files; }, add_put_options, run_put);
}

}  // namespace gridfs::cli
