#include "bucket/upload/chunk_writer.hpp"

#include <algorithm>
#include <numeric>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/stored_chunks.hpp"

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

ChunkWriter::ChunkWriter(std::shared_ptr<const Bucket::Impl> bucket, std::string doing, const UploadPlan& plan,
                         FilesId files_id)
    : bucket_(std::move(bucket)), doing_(std::move(doing)), plan_(plan), files_id_(files_id), workers_(plan.in_flight) {
  spare_.reserve(plan.in_flight + 1);
}

ChunkWriter::~ChunkWriter() { cancel(); }

std::size_t ChunkWriter::chunks_per_batch() const noexcept {
  return bucket_->client().is_far() ? plan_.chunks_per_batch : plan_.chunks_per_near_batch;
}

ChunkBatch ChunkWriter::new_batch() {
  const std::lock_guard lock(mutex_);
  if (spare_.empty()) return ChunkBatch(plan_.batch_bytes);
  ChunkBatch batch = std::move(spare_.back());
  spare_.pop_back();
  return batch;
}

void ChunkWriter::submit(ChunkBatch batch) {
  if (batch.empty()) return;
  const bool alone = files_id_ == FilesId::given && !started_;
  started_ = true;
  if (alone) {
    task(std::move(batch))();
  } else {
    workers_.run(task(std::move(batch)));
  }
  throw_failure();
}

void ChunkWriter::finish(ChunkBatch last) {
  if (!last.empty()) {
    started_ = true;
    workers_.run_here(task(std::move(last)));
  }
  workers_.wait();
  throw_failure();
}

void ChunkWriter::cancel() noexcept { workers_.cancel(); }

Workers::Task ChunkWriter::task(ChunkBatch batch) {
  return [this, shared = std::make_shared<ChunkBatch>(std::move(batch))] {
    {
      const std::lock_guard lock(mutex_);
      if (failure_) return;
    }
    std::exception_ptr failure;
    try {
      store(*shared);
    } catch (...) {
      failure = std::current_exception();
    }
    shared->clear();
    const std::lock_guard lock(mutex_);
    if (failure && !failure_) failure_ = failure;
    spare_.push_back(std::move(*shared));
  };
}

void ChunkWriter::throw_failure() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

void ChunkWriter::store(const ChunkBatch& batch) {
  auto applied = Applied::no;
  try {
    bucket_->client().with_retries(doing_, [&](int attempt) { try_to_store(batch, attempt, applied); });
    stored_ = true;
    if (write_ != nullptr) write_->stored(static_cast<std::int64_t>(batch.bytes()));
  } catch (const Error& error) {
    const bool answer_lost = applied == Applied::unknown;
    if (answer_lost) answer_lost_ = true;
    // Who may not insert has stored nothing.
    if (answer_lost || dynamic_cast<const AuthenticationError*>(&error) == nullptr) stored_ = true;
    throw;
  }
}

void ChunkWriter::try_to_store(const ChunkBatch& batch, int attempt, Applied& applied) const {
  const auto client = bucket_->client().acquire(doing_, nullptr);
  const auto chunks = bucket_->chunks(client);
  // An attempt that failed may have stored some of them: only the others are sent again.
  std::vector<std::size_t> sent;
  if (attempt == 0) {
    sent.resize(batch.size());
    std::iota(sent.begin(), sent.end(), std::size_t{0});
  } else {
    sent = absent_chunks(*bucket_, doing_, client, batch);
  }
  if (sent.empty()) return;
  const auto documents = batch.documents();
  std::vector<const bson_t*> to_send;
  to_send.reserve(sent.size());
  for (const std::size_t i : sent) to_send.push_back(&documents[i].bson);

  Bson options;  // ordered, so that nothing is stored behind a chunk that is refused
  append(options.get(), "validate", false);
  bson_error_t error{};
  Reply reply;
  const bool done =
      mongoc_collection_insert_many(chunks.get(), to_send.data(), to_send.size(), options.get(), reply.get(), &error);
  try {
    check_insert(doing_, {.done = done, .sent = sent.size(), .error = error, .reply = reply.get()}, applied);
  } catch (const DuplicateKey& duplicate) {
    const auto absent = absent_chunks(*bucket_, doing_, client, batch);
    const std::size_t refused = sent[std::min(first_write_error(reply.get()), sent.size() - 1)];
    // Our own chunk, stored by an attempt whose answer was lost or is still being worked on: look again.
    if (!std::binary_search(absent.begin(), absent.end(), refused)) {
      applied = Applied::unknown;
      throw TransientError(duplicate.what());
    }
    throw FileExists(doing_ + ": the _id is in use: chunks of another upload are stored under it",
                     duplicate.server_code(), duplicate.server_message());
  }
}

}  // namespace gridfs::detail
