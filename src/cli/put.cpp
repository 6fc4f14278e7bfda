#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/error.hpp"

#include "cli/checksum.hpp"
#include "cli/command.hpp"
#include "cli/content_type.hpp"
#include "cli/file_text.hpp"
#include "cli/first_line.hpp"
#include "cli/id_text.hpp"
#include "cli/lookup.hpp"
#include "cli/messages.hpp"
#include "cli/older_revisions.hpp"
#include "cli/operands.hpp"
#include "cli/option_values.hpp"
#include "cli/put_options.hpp"
#include "cli/usage_error.hpp"
#include "util/input.hpp"

namespace gridfs::cli {

namespace {

std::string stored_name(const PutOptions& options, const std::string& file) {
  return options.name_prefix + options.name.value_or(file.substr(file.rfind('/') + 1));
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

// The metadata with one field set to a text, behind the others.
Document with_text(const std::optional<Document>& metadata, std::string_view key, const std::string& text) {
  Document result;
  for (const auto& [name, value] : metadata.value_or(Document()).fields()) {
    if (name != key) result.append(name, value);
  }
  return result.append(key, Value(text));
}

// Whole chunks, so that none of them is put together from two buffers.
std::size_t buffer_size(std::int32_t chunk_size) {
  constexpr std::int32_t wanted = 4 << 20;
  return static_cast<std::size_t>(std::max(wanted / chunk_size, 1)) * static_cast<std::size_t>(chunk_size);
}

void copy(util::Input& input, UploadStream& upload, HashBeside& hash, const std::stop_token& stop) {
  std::vector<std::byte> buffer(buffer_size(upload.chunk_size()));
  for (;;) {
    const auto bytes = std::span(buffer).first(input.read(buffer, stop));
    if (!bytes.empty()) {
      auto hashing = hash.begin(bytes);
      upload.write(bytes);
      if (hashing.valid()) hashing.get();
    }
    if (bytes.size() < buffer.size()) return;
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

    const FileInfo stored = store(input, name);
    print(stored);
    if (options_.replace) remove_older_revisions(bucket_, stored);
  }

 private:
  FileInfo store(util::Input& input, const std::string& name) {
    UploadStream upload = open(name);
    HashBeside hash(hash_mode());
    copy(input, upload, hash, context_.stop());
    if (input.changed()) say_warning(input.shown() + ": it changed while it was being stored");
    if (options_.checksum) upload.set_metadata(with_text(upload.metadata(), "sha256", *hash.hex()));
    upload.close();
    if (options_.verify) verify(upload.file(), *hash.hex());
    return upload.file();
  }

  UploadStream open(const std::string& name) {
    UploadOptions upload;
    if (options_.chunk_size) upload.chunk_size_bytes = static_cast<std::int32_t>(*options_.chunk_size);
    upload.metadata = metadata_;
    if (options_.content_type) {
      const bool guess = *options_.content_type == "auto";
      upload.metadata = with_text(metadata_, "contentType", guess ? guess_content_type(name) : *options_.content_type);
    }
    return id_ ? bucket_.open_upload_stream_with_id(*id_, name, upload) : bucket_.open_upload_stream(name, upload);
  }

  [[nodiscard]] HashBeside::Mode hash_mode() const {
    if (!options_.checksum && !options_.verify) return HashBeside::Mode::off;
    return context_.options().jobs > 1 ? HashBeside::Mode::beside : HashBeside::Mode::in_turn;
  }

  void verify(const FileInfo& stored, const std::string& sent) {
    std::string damage;
    try {
      if (sha256_of_stored(context_.primary_bucket(), stored) == sent) return;
      damage = "it is not what was sent";
    } catch (const CorruptFile& error) {
      damage = error.what();
    }
    bucket_.delete_file(stored.id());
    throw CorruptFile(describe_file(stored) + ": read back, and removed again: " + damage);
  }

  void plan(const util::Input& input, const std::string& name) {
    if (id_ && is_found([&] { return bucket_.find_by_id(*id_); })) {
      throw FileExists(name + ": the _id is in use: " + format_id(*id_));
    }
    const auto size = input.size() ? " (" + std::to_string(*input.size()) + " bytes)" : std::string();
    say_plan("would store " + input.shown() + size + " as '" + name + "'");
    if (options_.replace && is_found([&] { return bucket_.find_by_name(name); })) {
      say_plan("would then remove the older revisions of '" + name + "'");
    }
  }

  void print(const FileInfo& stored) {
    const bool json = context_.options().json;
    context_.output().line(json ? stored.document().to_json() : format_id(stored.id()), Output::Flush::at_once);
    say_info("stored " + describe_file(stored));
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
  add_command<PutOptions>(app, selection, "put", "Store files; prints the new _id of each", add_put_options, run_put);
}

}  // namespace gridfs::cli
