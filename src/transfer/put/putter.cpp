#include "transfer/put/putter.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "gridfs/error.hpp"

#include "transfer/attributes.hpp"
#include "transfer/checksum.hpp"
#include "transfer/file_text.hpp"
#include "transfer/lookup.hpp"
#include "transfer/put/content_type.hpp"
#include "transfer/put/older_revisions.hpp"
#include "util/fs/local_error.hpp"
#include "util/fs/target.hpp"
#include "util/text/units.hpp"

namespace gridfs::transfer {

namespace {

constexpr std::int64_t largest_small_file = 1 << 20;

// Whole chunks, so that none is assembled from two buffers.
std::size_t buffer_size(std::int32_t chunk_size) {
  constexpr std::int32_t wanted = 1 << 20;
  return static_cast<std::size_t>(std::max(wanted / chunk_size, 1)) * static_cast<std::size_t>(chunk_size);
}

std::optional<DateTime> date_of_newest(const Bucket& bucket, const std::string& name) {
  try {
    return bucket.find_by_name(name).upload_date();
  } catch (const FileNotFound&) {
    return std::nullopt;
  }
}

}  // namespace

Putter::Putter(const Bucket& bucket, const Bucket& read_back, const PutSettings& settings, Tally& tally, bool batch)
    : bucket_(bucket),
      read_back_(read_back),
      settings_(settings),
      tally_(tally),
      listener_(tally.listener()),
      limit_(settings.bytes_per_second) {
  if (batch) batch_ = bucket_.open_batch_upload([this](const BatchOutcome& outcome) { conclude(outcome); });
}

void Putter::put(const PutSource& source) {
  if (!settings_.if_absent) return put(source, false);
  constexpr std::size_t names_at_once = 500;
  waiting_.push_back(source);
  if (waiting_.size() == names_at_once) put_waiting();
}

// Looks up all their names at once.
void Putter::put_waiting() {
  const auto sources = std::exchange(waiting_, {});
  if (sources.empty()) return;
  flush_batch();  // so that names that came before are found
  std::set<std::string> names;
  for (const PutSource& source : sources) names.insert(source.name);
  std::size_t tried = 0;
  try {
    const auto existing = existing_names(bucket_, names);
    std::set<std::string> put_before;
    for (; tried < sources.size() && !tally_.must_stop(); ++tried) {
      const PutSource& source = sources[tried];
      const bool is_first = !existing.contains(source.name) && put_before.insert(source.name).second;
      put(source, !is_first && (existing.contains(source.name) || exists_by_now(source.name)));
    }
  } catch (const Error&) {
    tally_.failed(std::current_exception());
  }
  tally_.skip(sources.size() - tried);
}

// For a name that another file has had since the names were looked up.
bool Putter::exists_by_now(const std::string& name) {
  if (settings_.dry_run) return true;
  flush_batch();
  return is_found([&] { return bucket_.find_by_name(name); });
}

void Putter::put(const PutSource& source, bool exists) {
  try {
    auto input = input_of(source);
    if (!exists && !settings_.name) warn_of_name(source.name);
    if (exists) {
      listener_.note(source.name + ": it exists, skipped");
      listener_.unchanged();
    } else if (settings_.dry_run) {
      plan(input, source);
    } else if (add_to_batch(input, source)) {
      return;  // conclude() will report it
    } else {
      const FileInfo stored = store(input, source);
      if (settings_.replace) remove_older_revisions(bucket_, stored, listener_);
    }
    tally_.succeeded();
  } catch (...) {
    const std::string& shown = settings_.from_command ? source.name : source.path;
    tally_.failed(std::current_exception(), source.is_standard_input ? "standard input" : shown);
  }
}

void Putter::warn_of_name(const std::string& name) const {
  const auto reason = util::unsafe_name_reason(name);
  if (!reason) return;
  listener_.data_warning("the name '" + name + "' is not safe as a local path: " + *reason +
                         ": only 'gridfs get ID -o FILE' fetches the file");
}

util::Input Putter::input_of(const PutSource& source) const {
  if (settings_.from_command) return util::Input::of_command(*settings_.from_command, source.name);
  if (source.is_standard_input) return util::Input::standard_input();
  return source.below ? util::Input::open_below(*source.below, source.path) : util::Input::open(source.path);
}

void Putter::finish() {
  put_waiting();
  flush_batch();
  listener_.flush();
}

void Putter::settle() noexcept {
  try {
    if (batch_) batch_->flush();
    listener_.flush();
  } catch (const std::exception&) {
    // The earlier exception ends the transfer.
  }
}

void Putter::flush_batch() {
  if (!batch_) return;
  batch_->flush();
  after_batch();
}

void Putter::after_batch() {
  if (ending_) std::rethrow_exception(std::exchange(ending_, nullptr));
  listener_.flush();
}

// False if it is too large to be sent with others.
bool Putter::add_to_batch(util::Input& input, const PutSource& source) {
  if (!batch_ || source.is_standard_input || input.size().value_or(largest_small_file) >= largest_small_file) {
    // Outcomes are reported in the order of the operands, and the memory is for one of the two ways at a time.
    flush_batch();
    return false;
  }
  small_file_.resize(static_cast<std::size_t>(largest_small_file));
  const auto bytes = std::span(small_file_).first(input.read(small_file_, settings_.stop));
  if (bytes.size() == small_file_.size()) {
    flush_batch();
    input = input_of(source);  // it has grown meanwhile: again from the beginning
    return false;
  }
  check_unchanged(input);
  listener_.started(source.name, std::nullopt);
  limit_.wait_for(bytes.size(), settings_.stop);
  UploadOptions upload = upload_options(input, source);
  Pending pending{input.shown(), std::nullopt};
  if (must_hash()) {
    pending.sha256 = sha256_of(bytes);
    if (settings_.checksum) upload.metadata = with_field(upload.metadata, "sha256", Value(*pending.sha256));
  }
  pending_.push_back(std::move(pending));
  batch_->add(source.name, bytes, upload);
  after_batch();
  return true;
}

void Putter::conclude(const BatchOutcome& outcome) {
  const Pending pending = std::move(pending_.front());
  pending_.pop_front();
  try {
    tally_.attempt(pending.shown, [&] {
      if (outcome.error) std::rethrow_exception(outcome.error);
      if (settings_.verify) verify(*outcome.file, *pending.sha256);
      listener_.stored(*outcome.file);
      if (settings_.verify || settings_.replace) listener_.flush();  // the next one may take long
      if (settings_.replace) remove_older_revisions(bucket_, *outcome.file, listener_);
    });
  } catch (...) {
    // The outcomes behind it are still reported.
    if (!ending_) ending_ = std::current_exception();
  }
}

void Putter::copy(util::Input& input, UploadStream& upload, std::optional<util::Sha256>& hash) {
  std::vector<std::byte> buffer(buffer_size(upload.chunk_size()));
  for (;;) {
    const auto bytes = std::span(buffer).first(input.read(buffer, settings_.stop));
    if (hash) hash->update(bytes);
    limit_.wait_for(bytes.size(), settings_.stop);
    upload.write(bytes);
    if (bytes.size() < buffer.size()) return;
  }
}

FileInfo Putter::store(util::Input& input, const PutSource& source) {
  UploadStream upload = open(input, source);
  std::optional<util::Sha256> hash;
  std::optional<FileInfo> file;
  if (must_hash()) hash.emplace();
  listener_.started(source.name, input.size());
  try {
    copy(input, upload, hash);
    check_unchanged(input);
    if (settings_.checksum) upload.set_metadata(with_field(upload.metadata(), "sha256", Value(hash->hex())));
    file = upload.close();
  } catch (...) {
    abort(upload);
    throw;
  }
  if (settings_.verify) verify(*file, hash->hex());
  // While the stream is there, its id is not lost to a signal.
  listener_.stored(*file);
  listener_.flush();
  return *std::move(file);
}

void Putter::abort(UploadStream& upload) {
  try {
    upload.abort();
  } catch (const Error& error) {
    listener_.note(error.what());
  }
}

UploadStream Putter::open(const util::Input& input, const PutSource& source) {
  const UploadOptions options = upload_options(input, source);
  return settings_.id ? bucket_.open_upload_stream_with_id(*settings_.id, source.name, options)
                      : bucket_.open_upload_stream(source.name, options);
}

UploadOptions Putter::upload_options(const util::Input& input, const PutSource& source) const {
  UploadOptions upload;
  upload.chunk_size_bytes = settings_.chunk_size;
  upload.metadata = settings_.metadata;
  upload.after = settings_.newest ? date_of_newest(bucket_, source.name) : source.after;
  if (settings_.content_type) {
    const std::string& type = *settings_.content_type;
    upload.metadata =
        with_field(upload.metadata, "contentType", Value(type == "auto" ? content_type_of(source.name) : type));
  }
  if (settings_.preserve && input.status()) upload.metadata = with_attributes(upload.metadata, *input.status());
  return upload;
}

void Putter::verify(const FileInfo& stored, const std::string& sent) {
  std::string damage;
  try {
    const auto wait = [this](std::size_t bytes) { limit_.wait_for(bytes, settings_.stop); };
    if (sha256_of_stored(read_back_, stored, wait) == sent) return;
    damage = "it is not what was sent";
  } catch (const CorruptFile& error) {
    damage = error.what();
  } catch (...) {
    listener_.failing(describe_file(stored) + ": it is stored, but could not be verified:");
    throw;
  }
  const std::string found = describe_file(stored) + ": verification failed: " + damage;
  try {
    bucket_.delete_file(stored.id());
  } catch (...) {
    listener_.failing(found + "; it could not be removed:");
    throw;
  }
  throw CorruptFile(found + "; removed");
}

void Putter::check_unchanged(const util::Input& input) const {
  if (!input.changed()) return;
  const std::string what = "it changed while it was read";
  if (!settings_.allow_changing) {
    throw util::LocalError(input.shown(), what + ", and is not stored (see --allow-changing)", ESTALE);
  }
  listener_.data_warning(input.shown() + ": " + what);
}

void Putter::plan(const util::Input& input, const PutSource& source) {
  const std::string& name = source.name;
  static_cast<void>(open(input, source));  // refuses what cannot be stored; until it is written to, nothing is
  const auto size = input.size() ? " (" + util::count_of(*input.size(), "byte") + ')' : std::string();
  const std::string what = settings_.from_command ? "the output of the command" : input.shown();
  listener_.would("store " + what + size + " as '" + name + "'");
  if (settings_.replace && is_found([&] { return bucket_.find_by_name(name); })) {
    listener_.would("then remove the older revisions of '" + name + "'");
  }
}

}  // namespace gridfs::transfer
