#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/error.hpp"

#include "cli/command.hpp"
#include "cli/content_type.hpp"
#include "cli/file_text.hpp"
#include "cli/first_line.hpp"
#include "cli/id_text.hpp"
#include "cli/lookup.hpp"
#include "cli/messages.hpp"
#include "cli/operands.hpp"
#include "cli/option_helpers.hpp"
#include "cli/option_values.hpp"
#include "cli/usage_error.hpp"
#include "util/input.hpp"

namespace gridfs::cli {

namespace {

struct PutOptions {
  std::vector<std::string> files;
  std::optional<std::string> name;
  std::optional<std::string> id;
  std::optional<std::int64_t> chunk_size;
  std::optional<std::string> metadata;
  std::optional<std::string> content_type;
  bool if_absent = false;
};

void add_options(CLI::App& command, PutOptions& options) {
  command.add_option("FILE", options.files, "Files to store; - is standard input")->required()->type_name("");
  command.add_option("--name", options.name, "Name to store it under [the last part of FILE]")->type_name("NAME");
  command.add_option("--id", options.id, "The new file's _id; must not be in use [a new ObjectId]")->type_name("ID");
  add_parsed(command, "--chunk-size", options.chunk_size, parse_size_option, "Bytes a chunk, 1 to 15M [255K]")
      ->type_name("SIZE");
  command.add_option("--metadata", options.metadata, "The field metadata: JSON, or @FILE to read it from")
      ->type_name("JSON|@FILE");
  command.add_option("--content-type", options.content_type, "metadata.contentType; auto: by the name's ending")
      ->type_name("TYPE");
  command.add_flag("--if-absent", options.if_absent, "Skip a name that exists");
}

void check(const PutOptions& options) {
  if (options.files.size() > 1 && options.name) throw UsageError("--name goes with one FILE");
  if (options.files.size() > 1 && options.id) throw UsageError("--id goes with one FILE");
  const auto inputs = std::count(options.files.begin(), options.files.end(), "-");
  if (inputs > 1) throw UsageError("standard input can be stored once");
  if (inputs > 0 && !options.name) throw UsageError("standard input needs --name");
  if (inputs > 0 && options.metadata == "@-")
    throw UsageError("standard input cannot be both the metadata and the file");
  if (options.chunk_size && (*options.chunk_size < 1 || *options.chunk_size > max_chunk_size)) {
    throw UsageError("--chunk-size: it must be 1 byte to 15 MiB");
  }
}

std::string stored_name(const PutOptions& options, const std::string& file) {
  return options.name.value_or(file.substr(file.rfind('/') + 1));
}

std::optional<Document> given_metadata(const PutOptions& options, const std::stop_token& stop) {
  if (!options.metadata) return std::nullopt;
  const bool in_file = options.metadata->starts_with('@');
  try {
    return parse_document(in_file ? read_text(options.metadata->substr(1), stop) : *options.metadata);
  } catch (const UsageError& error) {
    throw UsageError(std::string("--metadata: ") + error.what());
  }
}

Document without(const Document& document, std::string_view key) {
  Document result;
  for (const auto& [name, value] : document.fields()) {
    if (name != key) result.append(name, value);
  }
  return result;
}

std::optional<Document> metadata_for(const PutOptions& options, const std::optional<Document>& given,
                                     const std::string& name) {
  if (!options.content_type) return given;
  const bool guess = *options.content_type == "auto";
  Document metadata = given ? without(*given, "contentType") : Document();
  return metadata.append("contentType", Value(guess ? guess_content_type(name) : *options.content_type));
}

void copy(util::Input& input, UploadStream& upload, const std::stop_token& stop) {
  std::vector<std::byte> buffer(std::size_t{1} << 20);
  for (;;) {
    const auto count = input.read(buffer, stop);
    if (count > 0) upload.write(std::span(buffer).first(count));
    if (count < buffer.size()) return;
  }
}

class Putter {
 public:
  Putter(const PutOptions& options, Context& context)
      : options_(options),
        context_(context),
        metadata_(given_metadata(options, context.stop())),
        bucket_(context.bucket(Access::write)) {
    if (options.id) id_ = parse_id(*options.id);
  }

  void put(const std::string& file) {
    const std::string name = stored_name(options_, file);
    auto input = file == "-" ? util::Input::standard_input() : util::Input::open(file);
    if (options_.if_absent && is_found([&] { return bucket_.find_by_name(name); })) {
      say_info(name + ": it exists, skipped");
      return;
    }
    if (context_.options().dry_run) return plan(input, name);

    UploadStream upload = open(name);
    copy(input, upload, context_.stop());
    if (input.changed()) say_warning(input.shown() + ": it changed while it was being stored");
    upload.close();
    print(upload);
  }

 private:
  UploadStream open(const std::string& name) {
    UploadOptions upload;
    if (options_.chunk_size) upload.chunk_size_bytes = static_cast<std::int32_t>(*options_.chunk_size);
    upload.metadata = metadata_for(options_, metadata_, name);
    return id_ ? bucket_.open_upload_stream_with_id(*id_, name, upload) : bucket_.open_upload_stream(name, upload);
  }

  void plan(const util::Input& input, const std::string& name) {
    if (id_ && is_found([&] { return bucket_.find_by_id(*id_); }))
      throw FileExists(name + ": the _id is in use: " + format_id(*id_));
    const auto size = input.size() ? " (" + std::to_string(*input.size()) + " bytes)" : std::string();
    say_plan("would store " + input.shown() + size + " as '" + name + "'");
  }

  void print(const UploadStream& upload) {
    const bool json = context_.options().json;
    context_.output().line(json ? upload.file().document().to_json() : format_id(upload.id()), Output::Flush::at_once);
    say_info("stored " + describe_file(upload.file()));
  }

  const PutOptions& options_;
  Context& context_;
  std::optional<Document> metadata_;
  std::optional<Value> id_;
  const Bucket& bucket_;
};

ExitCode run_put(const PutOptions& options, Context& context) {
  check(options);
  Putter putter(options, context);
  return for_each_operand(options.files.size(), [&](std::size_t i) { putter.put(options.files[i]); });
}

}  // namespace

void setup_put(CLI::App& app, Selection& selection) {
  add_command<PutOptions>(app, selection, "put", "Store files; prints the new _id of each", add_options, run_put);
}

}  // namespace gridfs::cli
