#include "bucket/pack.hpp"

#include <algorithm>

#include "bucket/bson_bridge.hpp"
#include "bucket/driver_log.hpp"
#include "bucket/files_lookup.hpp"
#include "bucket/insert_each.hpp"
#include "bucket/stored_chunks.hpp"

namespace gridfs::detail {

namespace {

std::size_t chunks_of(const NewFile& file) {
  return static_cast<std::size_t>(chunk_count(file.length, file.chunk_size));
}

// About what the file's documents take.
std::size_t bytes_of(const NewFile& file) {
  constexpr std::size_t files_document = 200;
  constexpr std::size_t other_fields = 80;
  const std::size_t id = file.id.holder().bytes().size();
  const std::size_t metadata = file.metadata ? file.metadata->bytes().size() : 0;
  return files_document + id + file.filename.size() + metadata + static_cast<std::size_t>(file.length) +
         chunks_of(file) * (other_fields + id);
}

std::vector<BsonRef> views_of(const std::vector<Document>& documents) {
  std::vector<BsonRef> views(documents.size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto bytes = documents[i].bytes();
    bson_init_static(&views[i].bson, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  return views;
}

}  // namespace

Pack::Pack(std::shared_ptr<const Bucket::Impl> bucket, const PackPlan& plan)
    : bucket_(std::move(bucket)), plan_(plan), chunks_(plan.bytes) {}

bool Pack::can_hold(const PackPlan& plan, const NewFile& file) {
  return file.length <= static_cast<std::int64_t>(plan.bytes) && chunks_of(file) <= plan.chunks &&
         bytes_of(file) <= plan.bytes;
}

bool Pack::has_room(const NewFile& file) const {
  return entries_.size() < plan_.files && chunks_.size() + chunks_of(file) <= plan_.chunks &&
         bytes_ + bytes_of(file) <= plan_.bytes;
}

void Pack::add(std::uint64_t number, NewFile file, bool id_given, std::span<const std::byte> bytes,
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

void Pack::add_outcome(PackedOutcome outcome) {
  Entry entry;
  entry.outcome = std::move(outcome);
  entries_.push_back(std::move(entry));
}

std::optional<PackedOutcome> Pack::take_outcome() {
  if (next_outcome_ == entries_.size()) return std::nullopt;
  return std::move(entries_[next_outcome_++].outcome);
}

void Pack::store() noexcept {
  try {
    if (!unfinished().empty()) {
      bucket_->ensure_indexes(doing());
      refuse_ids_in_use();
      store_chunks();
      store_files();
    }
  } catch (...) {
    fail_unfinished(std::current_exception());
  }
  take_back();
  chunks_ = ChunkBatch(0);
  done_ = true;
}

std::string Pack::doing(const Entry& entry) { return "storing " + describe(entry.outcome.filename); }

std::string Pack::doing() const {
  const std::string first = doing(entries_.front());
  return entries_.size() == 1 ? first : first + " and " + std::to_string(entries_.size() - 1) + " more";
}

std::vector<Pack::Entry*> Pack::unfinished() {
  std::vector<Entry*> result;
  for (Entry& entry : entries_) {
    if (!entry.outcome.error && !entry.outcome.file) result.push_back(&entry);
  }
  return result;
}

void Pack::refuse_ids_in_use() {
  std::vector<Entry*> given;
  std::vector<Value> ids;
  for (Entry* entry : unfinished()) {
    if (!entry->id_given) continue;
    given.push_back(entry);
    ids.push_back(entry->outcome.id);
  }
  if (given.empty()) return;
  const auto files = look_up_files(*bucket_, doing(), ids);
  const bool any_chunks = bucket_->has_chunks(doing(), ids);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string what = doing(*given[i]) + ": the _id is in use: ";
    if (files[i]) {
      given[i]->outcome.error = std::make_exception_ptr(FileExists(what + ids[i].to_json()));
    } else if (any_chunks && bucket_->has_chunks(doing(), ids[i])) {
      given[i]->outcome.error =
          std::make_exception_ptr(FileExists(what + "chunks without a file are stored under " + ids[i].to_json()));
    }
  }
}

void Pack::store_chunks() {
  const auto entries = unfinished();
  std::vector<std::size_t> wanted;
  for (Entry* entry : entries) {
    for (std::size_t i = 0; i < entry->chunk_count; ++i) wanted.push_back(entry->first_chunk + i);
    entry->chunks_sent = entry->chunk_count > 0;
  }
  if (wanted.empty()) return;
  const auto documents = chunks_.documents();
  const SharedInsert insert{SharedInsert::Collection::chunks, documents, [this](const PooledClient& client) {
                              return absent_chunks(*bucket_, doing(), client, chunks_);
                            }};
  const auto refusals = insert_each(*bucket_, doing(), insert, std::move(wanted));
  for (Entry* entry : entries) {
    for (std::size_t i = entry->first_chunk; i < entry->first_chunk + entry->chunk_count; ++i) {
      if (refusals[i]) refuse(*entry, refusals[i]->error, "chunks of another upload are stored under it");
    }
  }
}

void Pack::store_files() {
  const auto entries = unfinished();
  if (entries.empty()) return;
  bucket_->client().check(doing());
  std::vector<Document> documents;
  std::vector<std::size_t> wanted;
  for (Entry* entry : entries) {
    wanted.push_back(documents.size());
    documents.push_back(make_files_document(entry->file));
  }
  uncertain_ = documents;
  const auto views = views_of(documents);
  const SharedInsert insert{SharedInsert::Collection::files, views, [&](const PooledClient& client) {
                              return absent_files_documents(*bucket_, doing(), client, documents);
                            }};
  const auto refusals = insert_each(*bucket_, doing(), insert, std::move(wanted));
  uncertain_.clear();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (refusals[i]) {
      refuse(*entries[i], refusals[i]->error, entries[i]->outcome.id.to_json());
    } else if (entries[i]->id_given && entries[i]->chunk_count > 0) {
      uncertain_.push_back(std::move(documents[i]));
    } else {
      entries[i]->outcome.file = FileInfo(std::move(documents[i]));
    }
  }
  if (!uncertain_.empty()) check_given();
}

// Whoever removes an `_id` before its files document comes finds chunks without a file, and removes them.
void Pack::check_given() {
  const auto absent = bucket_->client().with_retries(doing(), [&](int /*attempt*/) {
    return absent_chunks(*bucket_, doing(), bucket_->client().acquire(doing(), nullptr), chunks_);
  });
  const auto entries = unfinished();
  std::vector<Document> removed;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = *entries[i];
    const auto next = std::lower_bound(absent.begin(), absent.end(), entry.first_chunk);
    if (next == absent.end() || *next >= entry.first_chunk + entry.chunk_count) {
      entry.outcome.file = FileInfo(std::move(uncertain_[i]));
    } else {
      entry.outcome.error =
          std::make_exception_ptr(Error(doing(entry) + ": removed by another program while it was being stored"));
      removed.push_back(std::move(uncertain_[i]));
    }
  }
  uncertain_ = std::move(removed);
}

void Pack::refuse(Entry& entry, const bson_error_t& error, const std::string& in_use) {
  if (entry.outcome.error) return;
  try {
    throw_driver_error(doing(entry), error);
  } catch (const DuplicateKey& duplicate) {
    entry.outcome.error = std::make_exception_ptr(FileExists(doing(entry) + ": the _id is in use: " + in_use,
                                                             duplicate.server_code(), duplicate.server_message()));
  } catch (const Error&) {
    entry.outcome.error = std::current_exception();
  }
}

void Pack::fail_unfinished(const std::exception_ptr& error) {
  const std::string all = doing();
  for (Entry* entry : unfinished()) entry->outcome.error = restated(error, all, doing(*entry));
}

void Pack::take_back() noexcept {
  std::vector<bson_oid_t> chunks;
  std::vector<Entry*> failed;
  for (Entry& entry : entries_) {
    if (!entry.outcome.error || !(entry.chunks_sent || !uncertain_.empty())) continue;
    failed.push_back(&entry);
    const auto ids = chunks_.ids().subspan(entry.first_chunk, entry.chunks_sent ? entry.chunk_count : 0);
    chunks.insert(chunks.end(), ids.begin(), ids.end());
  }
  if (failed.empty()) return;
  const std::string others = failed.size() == 1 ? "" : " and " + std::to_string(failed.size() - 1) + " more";
  const std::string what = "taking back what was stored of " + describe(failed.front()->outcome.filename) + others;
  try {
    // The files documents first: without them what is left are orphans, with them damaged files.
    withdraw_files_documents(*bucket_, what, uncertain_);
    if (!chunks.empty()) remove_chunks(what, chunks);
  } catch (const std::exception& error) {
    for (Entry* entry : failed) entry->outcome.cleanup_failure = error.what();
    log(LogLevel::warning, error.what());
  }
}

void Pack::remove_chunks(const std::string& what, std::span<const bson_oid_t> ids) const {
  const auto remove = [&](int /*attempt*/) {
    const auto client = bucket_->client().acquire(what, nullptr, Urgency::cleanup);
    delete_chunks_by_id(*bucket_, what, client, ids);
  };
  bucket_->client().with_retries(what, remove, Urgency::cleanup);
}

}  // namespace gridfs::detail
