#include "cli/options/put_options.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "gridfs/bucket.hpp"

#include "cli/options/file_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"
#include "cli/options/usage_error.hpp"
#include "util/fs/input.hpp"

namespace gridfs::cli {

namespace {

bool parse_checksum(const std::string& text) {
  if (text != "sha256") throw UsageError("'" + text + "' is not sha256");
  return true;
}

std::int32_t parse_chunk_size(const std::string& text) {
  const auto size = parse_size_option(text);
  if (size < 1 || size > max_chunk_size) throw UsageError("it must be 1 byte to 15 MiB");
  return static_cast<std::int32_t>(size);
}

// Two files of the command line that would get one name. What is below directories is not known yet.
void check_names(const transfer::PutSettings& settings) {
  std::set<std::string> names;
  for (const std::string& file : settings.files) {
    std::error_code error;
    const std::string name = file.substr(file.rfind('/') + 1);
    if (file == "-" || name.empty() || (settings.recursive && std::filesystem::is_directory(file, error))) continue;
    if (!names.insert(name).second)
      throw UsageError("two files would be stored as '" + settings.name_prefix + name + "'");
  }
}

}  // namespace

void add_put_options(CLI::App& command, PutOptions& options) {
  transfer::PutSettings& settings = options.settings;
  add_flag(command, "-r,--recursive", settings.recursive, "Store the files below directories, under relative paths");
  command.add_option("--files-from", settings.files_from, "Also store the files listed in FILE, one path per line")
      ->type_name("FILE");
  command.add_option("--files-from0", settings.files_from0, "The same, for paths that end in NUL")->type_name("FILE");
  add_filter_options(command, settings.filter);
  command.add_option("--name", settings.name, "Name to store the file under [last component of FILE]")
      ->type_name("NAME");
  command.add_option("--name-prefix", settings.name_prefix, "Prefix for each name")->type_name("P");
  command.add_option("--id", options.id, "The new file's _id; must not be in use [a new ObjectId]")->type_name("ID");
  add_parsed(command, "--chunk-size", settings.chunk_size, parse_chunk_size, "Chunk size in bytes, 1 to 15M [255K]")
      ->type_name("SIZE");
  command.add_option("--metadata", options.metadata, "Metadata as JSON, or @FILE to read it from a file")
      ->type_name("JSON|@FILE");
  command
      .add_option("--content-type", settings.content_type, "Stored as metadata.contentType; auto: from the extension")
      ->type_name("TYPE");
  add_parsed(command, "--checksum", settings.checksum, parse_checksum, "Checksum to store in metadata.sha256: sha256")
      ->type_name("KIND");
  add_flag(command, "--verify", settings.verify, "Read each file back and compare it with what was sent");
  add_flag(command, "--allow-changing", settings.allow_changing,
           "Store a file even if it changes while it is read, with a warning");
  add_flag(command, "--if-absent", settings.if_absent, "Skip names that already exist");
  add_flag(command, "--replace", settings.replace, "Remove older revisions of the name once the new one is stored");
  add_flag(command, "--newest", settings.newest, "Upload date later than all revisions of the name, even future ones");
}

void check(const PutOptions& options, const GlobalOptions& global) {
  const transfer::PutSettings& settings = options.settings;
  const bool lists = settings.files_from || settings.files_from0;
  const bool one = settings.files.size() == 1 && !lists && !settings.recursive;
  if (settings.files.empty() && !lists) throw UsageError("FILE is required");
  if (settings.name && settings.name->empty()) throw UsageError("--name: it must not be empty");
  if (options.id && options.id->empty()) throw UsageError("--id: it must not be empty");
  if (settings.name && !one) throw UsageError("--name goes with one FILE");
  if (options.id && !one) throw UsageError("--id goes with one FILE");
  check_names(settings);
  if (settings.if_absent && settings.replace) throw UsageError("--if-absent and --replace exclude each other");
  if (settings.filter.is_given() && !settings.recursive) throw UsageError("filters go with --recursive");

  auto inputs = std::count(settings.files.begin(), settings.files.end(), "-");
  if (inputs > 0 && !settings.name) throw UsageError("standard input needs --name");
  for (const bool reads : {options.metadata == "@-", settings.files_from == "-", settings.files_from0 == "-",
                           global.read_standard_input()}) {
    inputs += reads ? 1 : 0;
  }
  if (inputs > 1) throw UsageError("standard input can be read once");
}

std::optional<Document> given_metadata(const PutOptions& options, const std::stop_token& stop) {
  if (!options.metadata) return std::nullopt;
  const bool in_file = options.metadata->starts_with('@');
  try {
    return parse_document(in_file ? util::read_text(util::Input::of_operand(options.metadata->substr(1)), stop)
                                  : *options.metadata);
  } catch (const UsageError& error) {
    throw UsageError(std::string("--metadata: ") + error.what());
  }
}

}  // namespace gridfs::cli
