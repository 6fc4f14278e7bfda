#include "cli/putter.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <sstream>
#include <utility>

#include "gridfs/error.hpp"

#include "cli/content_type.hpp"
#include "cli/file_text.hpp"
#include "cli/first_line.hpp"
#include "cli/id_text.hpp"
#include "cli/lookup.hpp"
#include "cli/messages.hpp"
#include "cli/names_in_use.hpp"
#include "cli/older_revisions.hpp"
#include "cli/option_values.hpp"
#include "cli/usage_error.hpp"
#include "util/local_error.hpp"

namespace gridfs::cli {

namespace {

constexpr std::int64_t largest_small_file = 1 << 20;

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
  constexpr std::int32_t wanted = 1 << 20;
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

std::optional<DateTime> date_of_newest(const Bucket& bucket, const std::string& name) {
  try {
    return bucket.find_by_name(name).upload_date();
  } catch (const FileNotFound&) {
    return std::nullopt;
  }
}

}  // namespace

Putter::Putter(const PutOptions& options, Context& context, OperandTally& tally, bool pack)
    : options_(options),
      context_(context),
      tally_(tally),
      metadata_(given_metadata(options, context.stop())),
      bucket_(context.bucket(Access::write)) {
  if (options.id) id_ = parse_id(*options.id);
  if (pack) pack_ = bucket_.open_packed_upload([this](const PackedOutcome& outcome) { packed(outcome); });
}

void Putter::put(const PutSource& source) {
  if (!options_.if_absent) return put(source, Name::free);
  constexpr std::size_t names_at_once = 500;
  waiting_.push_back(source);
  if (waiting_.size() == names_at_once) put_waiting();
}

// Asks for all their names at once.
void Putter::put_waiting() {
  const auto sources = std::exchange(waiting_, {});
  if (sources.empty()) return;
  flush_pack();  // a name that came before is to be found
  std::set<std::string> names;
  for (const PutSource& source : sources) names.insert(source.name);
  std::size_t tried = 0;
  try {
    const auto in_use = names_in_use(bucket_, names);
    std::set<std::string> put_before;
    for (; tried < sources.size() && !tally_.is_hopeless(); ++tried) {
      const PutSource& source = sources[tried];
      if (in_use.contains(source.name)) {
        put(source, Name::in_use);
      } else {
        put(source, put_before.insert(source.name).second ? Name::free : look_up_again(source.name));
      }
    }
  } catch (const Error&) {
    tally_.failed(std::current_exception());
  }
  tally_.skip(sources.size() - tried);
}

// For a name that has come twice since it was asked for.
Putter::Name Putter::look_up_again(const std::string& name) {
  if (context_.options().dry_run) return Name::in_use;
  flush_pack();
  return is_found([&] { return bucket_.find_by_name(name); }) ? Name::in_use : Name::free;
}

void Putter::put(const PutSource& source, Name name) {
  try {
    auto input = source.path == "-" ? util::Input::standard_input() : util::Input::open(source.path);
    if (name == Name::in_use) {
      say_info(source.name + ": it exists, skipped");
    } else if (context_.options().dry_run) {
      plan(input, source.name);
    } else if (pack(input, source)) {
      return;  // packed() tells what became of it
    } else {
      const FileInfo stored = store(input, source.name);
      if (options_.replace) remove_older_revisions(bucket_, stored);
    }
    tally_.succeeded();
  } catch (...) {
    tally_.failed(std::current_exception(), source.path == "-" ? "standard input" : source.path);
  }
}

void Putter::finish() {
  put_waiting();
  flush_pack();
  flush_output();
}

void Putter::settle() noexcept {
  try {
    if (pack_) pack_->flush();
    flush_output();
  } catch (const std::exception&) {
    // What has been thrown before ends the program.
  }
}

void Putter::flush_pack() {
  if (!pack_) return;
  pack_->flush();
  throw_what_ends();
  flush_output();
}

void Putter::throw_what_ends() {
  if (ending_) std::rethrow_exception(std::exchange(ending_, nullptr));
}

bool Putter::is_small(const util::Input& input) const {
  return pack_ && input.size().value_or(largest_small_file) < largest_small_file;
}

// False if it is too large to travel with others.
bool Putter::pack(util::Input& input, const PutSource& source) {
  if (!is_small(input)) {
    // Outcomes are told in the order of the operands, and memory is for one of both ways at a time.
    flush_pack();
    return false;
  }
  small_file_.resize(static_cast<std::size_t>(largest_small_file));
  const auto bytes = std::span(small_file_).first(input.read(small_file_, context_.stop()));
  if (bytes.size() == small_file_.size()) {
    flush_pack();
    input = util::Input::open(source.path);  // it has grown meanwhile: once more from the beginning
    return false;
  }
  check_unchanged(input);
  UploadOptions upload = upload_options(source.name);
  Pending pending{input.shown(), std::nullopt};
  if (hash_mode() != HashBeside::Mode::off) {
    util::Sha256 hash;
    hash.update(bytes);
    pending.sha256 = hash.hex();
    if (options_.checksum) upload.metadata = with_text(upload.metadata, "sha256", *pending.sha256);
  }
  pending_.push_back(std::move(pending));
  pack_->add(source.name, bytes, upload);
  throw_what_ends();
  flush_output();
  return true;
}

void Putter::packed(const PackedOutcome& outcome) {
  const Pending pending = std::move(pending_.front());
  pending_.pop_front();
  try {
    conclude(outcome, pending);
  } catch (...) {
    // It does not keep the outcomes behind it from being told.
    if (!ending_) ending_ = std::current_exception();
  }
}

void Putter::conclude(const PackedOutcome& outcome, const Pending& pending) {
  if (outcome.error) return tally_.failed(outcome.error, pending.shown);
  tally_.attempt(pending.shown, [&] {
    if (options_.verify) verify(*outcome.file, *pending.sha256);
    // Many come at once, and go so where nothing is to be done in between.
    print(*outcome.file, options_.verify || options_.replace ? Output::Flush::at_once : Output::Flush::when_full);
    if (options_.replace) remove_older_revisions(bucket_, *outcome.file);
  });
}

FileInfo Putter::store(util::Input& input, const std::string& name) {
  UploadStream upload = open(name);
  HashBeside hash(hash_mode());
  try {
    copy(input, upload, hash, context_.stop());
    check_unchanged(input);
    if (options_.checksum) upload.set_metadata(with_text(upload.metadata(), "sha256", *hash.hex()));
    upload.close();
  } catch (...) {
    abort(upload);
    throw;
  }
  if (options_.verify) verify(upload.file(), *hash.hex());
  // While the stream is there, its id is not lost to a signal.
  print(upload.file(), Output::Flush::at_once);
  return upload.file();
}

void Putter::abort(UploadStream& upload) {
  try {
    upload.abort();
  } catch (const Error& error) {
    say_info(error.what());
  }
}

UploadStream Putter::open(const std::string& name) {
  const UploadOptions options = upload_options(name);
  return id_ ? bucket_.open_upload_stream_with_id(*id_, name, options) : bucket_.open_upload_stream(name, options);
}

UploadOptions Putter::upload_options(const std::string& name) const {
  UploadOptions upload;
  if (options_.chunk_size) upload.chunk_size_bytes = static_cast<std::int32_t>(*options_.chunk_size);
  upload.metadata = metadata_;
  if (options_.newest) upload.after = date_of_newest(bucket_, name);
  if (options_.content_type) {
    const bool guess = *options_.content_type == "auto";
    upload.metadata = with_text(metadata_, "contentType", guess ? guess_content_type(name) : *options_.content_type);
  }
  return upload;
}

HashBeside::Mode Putter::hash_mode() const {
  if (!options_.checksum && !options_.verify) return HashBeside::Mode::off;
  return context_.options().jobs > 1 ? HashBeside::Mode::beside : HashBeside::Mode::in_turn;
}

void Putter::verify(const FileInfo& stored, const std::string& sent) {
  std::string damage;
  try {
    if (sha256_of_stored(context_.primary_bucket(), stored) == sent) return;
    damage = "it is not what was sent";
  } catch (const CorruptFile& error) {
    damage = error.what();
  } catch (...) {
    say_error(describe_file(stored) + ": it is stored, but could not be verified:");
    throw;
  }
  const std::string found = describe_file(stored) + ": verification failed: " + damage;
  try {
    bucket_.delete_file(stored.id());
  } catch (...) {
    say_error(found + "; it could not be removed:");
    throw;
  }
  throw CorruptFile(found + "; removed");
}

void Putter::check_unchanged(const util::Input& input) const {
  if (!input.changed()) return;
  const std::string what = "it changed while it was read";
  if (!options_.allow_changing) {
    throw util::LocalError(input.shown(), what + ", and is not stored (see --allow-changing)", ESTALE);
  }
  say_data_warning(input.shown() + ": " + what);
}

void Putter::plan(const util::Input& input, const std::string& name) {
  if (id_ && is_found([&] { return bucket_.find_by_id(*id_); })) {
    throw FileExists(name + ": the _id is in use: " + format_id(*id_));
  }
  const auto size = input.size() ? " (" + std::to_string(*input.size()) + " bytes)" : std::string();
  say_always("would store " + input.shown() + size + " as '" + name + "'");
  if (options_.replace && is_found([&] { return bucket_.find_by_name(name); })) {
    say_always("would then remove the older revisions of '" + name + "'");
  }
}

void Putter::print(const FileInfo& stored, Output::Flush flush) {
  context_.count_file();
  say_info([&] { return "stored " + describe_file(stored); });
  const bool json = context_.options().json;
  try {
    context_.output().line(json ? stored.document().to_json() : format_id(stored.id()), flush);
  } catch (const OutputError&) {
    name_unprinted();
    throw;
  }
}

void Putter::flush_output() {
  try {
    context_.output().flush();
  } catch (const OutputError&) {
    name_unprinted();
    throw;
  }
}

// The files are there, and nobody else would say so.
void Putter::name_unprinted() {
  std::istringstream lines(context_.output().take_unwritten());
  for (std::string line; std::getline(lines, line);) say_error("stored, but not printed: " + line);
}

}  // namespace gridfs::cli
