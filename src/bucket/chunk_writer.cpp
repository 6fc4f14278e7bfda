#include "bucket/chunk_writer.hpp"

#include <algorithm>
#include <numeric>

#include "bucket/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

// Which of the documents sent was refused.
std::size_t first_write_error(const bson_t* reply) {
  bson_iter_t iter;
  bson_iter_t index;
  if (!bson_iter_init(&iter, reply) || !bson_iter_find_descendant(&iter, "writeErrors.0.index", &index)) return 0;
  return static_cast<std::size_t>(whole_number(index).value_or(0));
}

}  // namespace

ChunkWriter::ChunkWriter(std::shared_ptr<const Bucket::Impl> bucket, std::string doing, std::size_t in_flight)
    : bucket_(std::move(bucket)), doing_(std::move(doing)), in_flight_(in_flight) {}

ChunkWriter::~ChunkWriter() { cancel(); }

void ChunkWriter::submit(ChunkBatch batch) {
  if (batch.empty()) return;
  if (in_flight_ == 1 || !started_) {
    started_ = true;
    store(batch);
    return;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failure_ || queue_.size() + storing_ < in_flight_; });
  if (failure_) std::rethrow_exception(failure_);
  queue_.push_back(std::move(batch));
  if (workers_.size() < in_flight_ && queue_.size() + storing_ > workers_.size()) {
    workers_.emplace_back([this] { work(); });
  }
  changed_.notify_all();
}

void ChunkWriter::finish() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || (queue_.empty() && storing_ == 0); });
  }
  cancel();
  if (failure_) std::rethrow_exception(failure_);
}

void ChunkWriter::cancel() noexcept {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
}

void ChunkWriter::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ended_ || failure_ || !queue_.empty(); });
    if (ended_ || failure_) return;
    const ChunkBatch batch = std::move(queue_.front());
    queue_.pop_front();
    ++storing_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      store(batch);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    --storing_;
    if (failure && !failure_) failure_ = failure;
    changed_.notify_all();
  }
}

void ChunkWriter::store(const ChunkBatch& batch) const {
  Client::Impl& pool = bucket_->client();
  pool.with_retries(doing_, [&](int attempt) {
    const auto client = pool.acquire(doing_, nullptr);
    const auto chunks = bucket_->chunks(client);
    // After a lost answer the server may have stored some of them: only the others are sent again.
    std::vector<std::size_t> sent;
    if (attempt == 0) {
      sent.resize(batch.size());
      std::iota(sent.begin(), sent.end(), std::size_t{0});
    } else {
      sent = missing(batch, client);
    }
    if (sent.empty()) return;
    std::vector<const bson_t*> documents;
    documents.reserve(sent.size());
    for (const std::size_t i : sent) documents.push_back(batch.document(i));

    Bson options;  // ordered, so that nothing is stored behind a chunk that is refused
    append(options.get(), "validate", false);
    bson_error_t error{};
    Reply reply;
    if (mongoc_collection_insert_many(chunks.get(), documents.data(), documents.size(), options.get(), reply.get(),
                                      &error)) {
      return;
    }
    try {
      throw_driver_error(doing_, error, reply.get());
    } catch (const DuplicateKey& duplicate) {
      const auto absent = missing(batch, client);
      const std::size_t refused = sent[std::min(first_write_error(reply.get()), sent.size() - 1)];
      // Our own chunk, stored by an attempt whose answer was lost or is still being worked on: look again.
      if (!std::binary_search(absent.begin(), absent.end(), refused)) throw TransientError(duplicate.what());
      throw FileExists(doing_ + ": the _id is in use: chunks are stored under it that are not of this upload",
                       duplicate.server_code(), duplicate.server_message());
    }
  });
}

std::vector<std::size_t> ChunkWriter::missing(const ChunkBatch& batch, const PooledClient& client) const {
  Bson filter;
  append_in(filter.get(), "_id", batch.ids());
  Bson options;
  append_projection(options.get(), "_id");
  const ReadPrefsHandle primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  const auto chunks = bucket_->chunks(client);
  const CursorHandle cursor(
      mongoc_collection_find_with_opts(chunks.get(), filter.get(), options.get(), primary.get()));

  std::vector<bool> present(batch.size());
  const bson_t* found = nullptr;
  while (mongoc_cursor_next(cursor.get(), &found)) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, found, "_id") || !BSON_ITER_HOLDS_OID(&iter)) continue;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (bson_oid_equal(bson_iter_oid(&iter), &batch.ids()[i])) present[i] = true;
    }
  }
  check_cursor(cursor.get(), doing_);

  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!present[i]) result.push_back(i);
  }
  return result;
}

}  // namespace gridfs::detail
