#include "bucket/upload/file_batch.hpp"

#include <algorithm>
#include <iterator>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/stored_chunks.hpp"
#include "bucket/client/driver_log.hpp"
#include "bucket/upload/ids_in_use.hpp"

namespace gridfs::detail {

namespace {

std::size_t chunks_of(const NewFile& file) {
  return static_cast<std::size_t>(chunk_count(file.length, file.chunk_size));
}

// About what the file's documents take.
std::size_t bytes_of(const NewFile& file) {
  constexpr std::size_t files_document = 200;
  constexpr std::size_t other_fields = 80;
  const std::size_t id = file.id.size();
  const std::size_t metadata = file.metadata ? file.metadata->bytes().size() : 0;
  return files_document + id + file.filename.size() + metadata + static_cast<std::size_t>(file.length) +
         chunks_of(file) * (other_fields + id);
}

}  // namespace

FileBatch::FileBatch(std::shared_ptr<const Bucket::Impl> bucket, const FileBatchPlan& plan)
    : bucket_(std::move(bucket)), plan_(plan), chunks_(plan.bytes) {}

bool FileBatch::can_hold(const FileBatchPlan& plan, const NewFile& file) {
  return file.length <= static_cast<std::int64_t>(plan.bytes) && chunks_of(file) <= plan.chunks &&
         bytes_of(file) <= plan.bytes;
}

bool FileBatch::has_room(const NewFile& file) const {
  return entries_.size() < plan_.files && chunks_.size() + chunks_of(file) <= plan_.chunks &&
         bytes_ + bytes_of(file) <= plan_.bytes;
}

void FileBatch::add(std::uint64_t number, NewFile file, bool id_given, std::span<const std::byte> bytes,
                    ChunkIds& chunk_ids) {
  Entry entry;
  entry.id_given = id_given;
  entry.outcome.number = number;
  entry.outcome.id = file.id;
  entry.outcome.filename = file.filename;
  entry.first_chunk = chunks_.size();
  entry.chunk_count = chunks_of(file);
  bytes_ += bytes_of(file);
  for (std::size_t n = 0; n < entry.chunk_count; ++n) {
    const auto some = bytes.first(std::min(bytes.size(), static_cast<std::size_t>(file.chunk_size)));
    bytes = bytes.subspan(some.size());
    chunks_.add(chunk_ids.next(), file.id, static_cast<std::int32_t>(n), some);
  }
  entry.file = std::move(file);
  entries_.push_back(std::move(entry));
}

void FileBatch::add_outcome(BatchOutcome outcome) {
  Entry entry;
  entry.outcome = std::move(outcome);
  entries_.push_back(std::move(entry));
}

std::optional<BatchOutcome> FileBatch::take_outcome() {
  if (next_outcome_ == entries_.size()) return std::nullopt;
  return std::move(entries_[next_outcome_++].outcome);
}

void FileBatch::store() noexcept {
  try {
    if (!unfinished().empty()) store_all(Operation(*bucket_, description()));
  } catch (...) {
    find_stored_after_all();
    fail_unfinished(std::current_exception());
  }
  clean_up();
  chunks_ = ChunkBatch(0);
  done_ = true;
}

void FileBatch::store_all(const Operation& operation) {
  bucket_->ensure_indexes(operation);
  refuse_ids_in_use(operation);
  store_chunks(operation);
  const auto entries = unfinished();
  if (entries.empty()) return;
  operation.check();
  insert_files_documents(operation, entries);
  std::vector<Entry*> inserted;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(inserted),
               [](const Entry* entry) { return entry->applied == Applied::yes; });
  check_own_chunks(operation, inserted);
  for (Entry* entry : unfinished()) {
    entry->outcome.file = FileInfo(*std::move(entry->document));
    entry->unfinished->set(Leftover::Kind::nothing);
  }
}

std::string FileBatch::description(const Entry& entry) { return "storing " + describe(entry.outcome.filename); }

std::string FileBatch::description() const { return describe_all(description(entries_.front()), entries_.size()); }

std::vector<FileBatch::Entry*> FileBatch::unfinished() {
  std::vector<Entry*> result;
  for (Entry& entry : entries_) {
    if (!entry.outcome.error && !entry.outcome.file) result.push_back(&entry);
  }
  return result;
}

void FileBatch::refuse_ids_in_use(const Operation& operation) {
  std::vector<Entry*> given;
  std::vector<Value> ids;
  for (Entry* entry : unfinished()) {
    if (!entry->id_given) continue;
    given.push_back(entry);
    ids.push_back(entry->outcome.id);
  }
  if (given.empty()) return;
  const auto reasons = ids_in_use(operation, ids);
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (!reasons[i]) continue;
    given[i]->outcome.error = std::make_exception_ptr(FileExists(description(*given[i]) + ": " + *reasons[i]));
  }
}

void FileBatch::store_chunks(const Operation& operation) {
  const auto entries = unfinished();
  std::vector<std::size_t> wanted;
  for (Entry* entry : entries) {
    const BatchOutcome& outcome = entry->outcome;
    entry->unfinished = bucket_->client().begin_write(operation.description(),
                                                      {Leftover::Kind::chunks, outcome.id, outcome.filename, {}});
    for (std::size_t i = 0; i < entry->chunk_count; ++i) wanted.push_back(entry->first_chunk + i);
  }
  if (wanted.empty()) return;
  for (Entry* entry : entries) entry->chunks_sent = entry->chunk_count > 0;
  const auto documents = chunks_.documents();
  const Insert chunks{Collection::chunks, Insert::Order::any, documents,
                      [this](const Attempt& attempt) { return absent_chunks(attempt, chunks_); }};
  std::vector<std::optional<Refusal>> refusals;
  try {
    refusals = insert(operation, chunks, chunks_applied_, std::move(wanted));
  } catch (const Error&) {
    if (chunks_applied_ == Applied::no) {
      for (Entry* entry : entries) entry->chunks_sent = false;
    }
    throw;
  }
  for (Entry* entry : entries) {
    entry->unfinished->stored(entry->file.length);
    for (std::size_t i = entry->first_chunk; i < entry->first_chunk + entry->chunk_count; ++i) {
      if (refusals[i]) refuse(*entry, *refusals[i], "chunks of another upload are stored under it");
    }
  }
}

void FileBatch::insert_files_documents(const Operation& operation, std::span<Entry* const> entries) {
  std::vector<Document> documents;
  for (Entry* entry : entries) {
    entry->document = make_files_document(entry->file);
    entry->unfinished->set(Leftover::Kind::file_or_chunks);
    documents.push_back(*entry->document);
  }
  const auto views = views_of(documents);
  const Insert files{Collection::files, Insert::Order::any, views,
                     [&](const Attempt& attempt) { return absent_files_documents(attempt, documents); }};
  auto applied = Applied::no;
  std::vector<std::optional<Refusal>> refusals;
  try {
    refusals = insert(operation, files, applied);
  } catch (...) {
    for (Entry* entry : entries) entry->applied = applied;
    throw;
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool may_come = refusals[i] && applied == Applied::unknown && !is_duplicate_key(refusals[i]->error.code);
    entries[i]->applied = may_come ? Applied::unknown : refusals[i] ? Applied::no : Applied::yes;
    if (refusals[i]) refuse(*entries[i], *refusals[i], shown_id(entries[i]->outcome.id));
  }
}

// Where the answer to the insert of the files documents was lost.
void FileBatch::find_stored_after_all() noexcept {
  std::vector<Entry*> unknown;
  std::vector<Document> documents;
  for (Entry* entry : unfinished()) {
    if (entry->applied != Applied::unknown) continue;
    unknown.push_back(entry);
    documents.push_back(*entry->document);
  }
  if (unknown.empty()) return;
  try {
    const auto views = views_of(documents);
    const Insert files{Collection::files, Insert::Order::any, views,
                       [&](const Attempt& attempt) { return absent_files_documents(attempt, documents); }};
    const Operation cleanup(*bucket_, description(), Urgency::cleanup);
    const auto absent = cleanup.run([&](const Attempt& attempt) { return absent_documents(attempt, files); });
    for (std::size_t i = 0; i < unknown.size(); ++i) {
      if (std::binary_search(absent.begin(), absent.end(), i)) continue;
      unknown[i]->outcome.file = FileInfo(std::move(documents[i]));
      unknown[i]->unfinished->set(Leftover::Kind::nothing);
    }
  } catch (const std::exception& error) {
    log(LogLevel::debug, error.what());
  }
}

// Whoever removes orphaned chunks, or an `_id`, before its files document comes, finds chunks without a file. Whoever
// comes later removes the file as a whole.
void FileBatch::check_own_chunks(const Operation& operation, std::span<Entry* const> entries) {
  std::vector<std::size_t> absent;
  std::vector<std::size_t> removed;  // of the entries
  try {
    operation.run([&](const Attempt& attempt) {
      absent = absent_own_chunks(attempt, entries);
      if (absent.empty()) return;
      std::vector<Document> documents;
      for (const Entry* entry : entries) documents.push_back(*entry->document);
      removed = absent_files_documents(attempt, documents);
    });
  } catch (const Stopped&) {
    return;  // the files are stored, and acknowledged
  } catch (const ConnectionError& error) {
    return log(LogLevel::debug, error.what());
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = *entries[i];
    const auto next = std::lower_bound(absent.begin(), absent.end(), entry.first_chunk);
    const bool whole = next == absent.end() || *next >= entry.first_chunk + entry.chunk_count;
    if (whole || std::binary_search(removed.begin(), removed.end(), i)) continue;
    entry.outcome.error =
        std::make_exception_ptr(Error(description(entry) + ": removed by another program while it was being stored"));
  }
}

std::vector<std::size_t> FileBatch::absent_own_chunks(const Attempt& attempt, std::span<Entry* const> entries) const {
  std::vector<Value> ids;
  std::size_t chunks = 0;
  bool any_given = false;
  for (const Entry* entry : entries) {
    if (entry->chunk_count == 0) continue;
    ids.push_back(entry->outcome.id);
    chunks += entry->chunk_count;
    any_given = any_given || entry->id_given;
  }
  if (ids.empty()) return {};
  if (!any_given) {
    Bson filter;
    append_any_of(filter.get(), "files_id", ids);
    if (count_chunks(attempt, filter.get()) >= static_cast<std::int64_t>(chunks)) return {};
  }
  return absent_chunks(attempt, chunks_);
}

void FileBatch::refuse(Entry& entry, const Refusal& refusal, const std::string& in_use) {
  if (entry.outcome.error) return;
  try {
    throw_refusal(description(entry), refusal, in_use);
  } catch (const Error&) {
    entry.outcome.error = std::current_exception();
  }
}

void FileBatch::fail_unfinished(const std::exception_ptr& error) {
  const std::string all = description();
  for (Entry* entry : unfinished()) entry->outcome.error = restated(error, all, description(*entry));
}

void FileBatch::clean_up() noexcept {
  std::vector<Entry*> failed;
  for (Entry& entry : entries_) {
    if (!entry.outcome.error) continue;
    if (entry.applied == Applied::unknown) {
      entry.outcome.leftover = entry.unfinished->leave(Leftover::Kind::file_or_chunks,
                                                       "the server did not answer when its files document was stored");
    } else if (entry.chunks_sent || entry.applied == Applied::yes) {
      failed.push_back(&entry);
    }
  }
  if (!failed.empty()) clean_up(failed);
}

void FileBatch::clean_up(std::span<Entry* const> failed) noexcept {
  std::string reason;
  bool are_files_gone = false;
  if (chunks_applied_ == Applied::unknown) reason = "the server did not answer, and may still store what it was sent";
  const std::string first = "cleaning up the partial upload of " + describe(failed.front()->outcome.filename);
  const Operation cleanup(*bucket_, describe_all(first, failed.size()), Urgency::cleanup);
  try {
    std::vector<Document> documents;
    std::vector<bson_oid_t> chunks;
    for (const Entry* entry : failed) {
      if (entry->applied == Applied::yes) documents.push_back(*entry->document);
      const auto ids = chunks_.ids().subspan(entry->first_chunk, entry->chunks_sent ? entry->chunk_count : 0);
      chunks.insert(chunks.end(), ids.begin(), ids.end());
    }
    // The files documents first: without them what is left are orphans, with them damaged files.
    remove_files_documents(cleanup, documents);
    are_files_gone = true;
    if (!chunks.empty()) cleanup.run([&](const Attempt& attempt) { delete_chunks_by_id(attempt, chunks); });
  } catch (const std::exception& error) {
    log(LogLevel::debug, error.what());
    reason = error.what();
  }
  if (reason.empty()) return;
  for (Entry* entry : failed) {
    const bool may_be_file = entry->applied == Applied::yes && !are_files_gone;
    entry->outcome.leftover =
        entry->unfinished->leave(may_be_file ? Leftover::Kind::file_or_chunks : Leftover::Kind::chunks, reason);
  }
}

}  // namespace gridfs::detail
