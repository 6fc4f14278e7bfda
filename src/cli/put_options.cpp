#include "cli/put_options.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "gridfs/bucket.hpp"

#include "cli/option_helpers.hpp"
#include "cli/usage_error.hpp"

namespace gridfs::cli {

namespace {

bool parse_checksum(const std::string& text) {
  if (text != "sha256") throw UsageError("'" + text + "' is not sha256");
  return true;
}

std::int64_t parse_chunk_size(const std::string& text) {
  const auto size = parse_size_option(text);
  if (size < 1 || size > max_chunk_size) throw UsageError("it must be 1 byte to 15 MiB");
  return size;
}

// Two files of the command line that would get one name. What is below directories is not known yet.
void check_names(const PutOptions& options) {
  std::set<std::string> names;
  for (const std::string& file : options.files) {
    std::error_code error;
    const std::string name = file.substr(file.rfind('/') + 1);
    if (file == "-" || name.empty() || (options.recursive && std::filesystem::is_directory(file, error))) continue;
    if (!names.insert(name).second)
      throw UsageError("two files would be stored as '" + options.name_prefix + name + "'");
  }
}

}  // namespace

void add_put_options(CLI::App& command, PutOptions& options) {
  add_flag(command, "-r,--recursive", options.recursive,
           "Store what is below directories, under relative names with /");
  command.add_option("--files-from", options.files_from, "Store the files that a list names, one a line, as well")
      ->type_name("FILE");
  command.add_option("--files-from0", options.files_from0, "The same, with NUL behind each name")->type_name("FILE");
  add_filter_options(command, options.filter);
  command.add_option("--name", options.name, "Name to store it under [the last part of FILE]")->type_name("NAME");
  command.add_option("--name-prefix", options.name_prefix, "Put this before each name")->type_name("P");
  command.add_option("--id", options.id, "The new file's _id; must not be in use [a new ObjectId]")->type_name("ID");
  add_parsed(command, "--chunk-size", options.chunk_size, parse_chunk_size, "Bytes a chunk, 1 to 15M [255K]")
      ->type_name("SIZE");
  command.add_option("--metadata", options.metadata, "The field metadata: JSON, or @FILE to read it from")
      ->type_name("JSON|@FILE");
  command.add_option("--content-type", options.content_type, "metadata.contentType; auto: by the name's ending")
      ->type_name("TYPE");
  add_parsed(command, "--checksum", options.checksum, parse_checksum, "sha256: store it in metadata.sha256")
      ->type_name("KIND");
  add_flag(command, "--verify", options.verify, "Read each file back and compare it with what was sent");
  add_flag(command, "--allow-changing", options.allow_changing,
           "Store a file that changes while it is read all the same, with a warning");
  add_flag(command, "--if-absent", options.if_absent, "Skip a name that exists");
  add_flag(command, "--replace", options.replace, "Remove the name's older revisions once the new one is complete");
  add_flag(command, "--newest", options.newest, "Date each file behind all revisions of its name, even future ones");
}

void check(const PutOptions& options, const GlobalOptions& global) {
  const bool lists = options.files_from || options.files_from0;
  const bool one = options.files.size() == 1 && !lists && !options.recursive;
  if (options.files.empty() && !lists) throw UsageError("FILE is required");
  if (options.name && options.name->empty()) throw UsageError("--name: it must not be empty");
  if (options.id && options.id->empty()) throw UsageError("--id: it must not be empty");
  if (options.name && !one) throw UsageError("--name goes with one FILE");
  if (options.id && !one) throw UsageError("--id goes with one FILE");
  check_names(options);
  if (options.if_absent && options.replace) throw UsageError("--if-absent and --replace exclude each other");
  if (options.filter.is_given() && !options.recursive) throw UsageError("filters go with --recursive");

  auto inputs = std::count(options.files.begin(), options.files.end(), "-");
  if (inputs > 0 && !options.name) throw UsageError("standard input needs --name");
  for (const bool reads : {options.metadata == "@-", options.files_from == "-", options.files_from0 == "-",
                           global.read_standard_input()}) {
    inputs += reads ? 1 : 0;
  }
  if (inputs > 1) throw UsageError("standard input can be read once");
}

}  // namespace gridfs::cli
