#include "bucket/upload/chunk_writer.hpp"

#include <algorithm>

#include "bucket/chunks/stored_chunks.hpp"

namespace gridfs::detail {

ChunkWriter::ChunkWriter(const Operation& operation, const UploadPlan& plan, FilesId files_id)
    : operation_(operation), plan_(plan), files_id_(files_id), workers_(plan.in_flight) {
  spare_.reserve(plan.in_flight + 1);
}

ChunkWriter::~ChunkWriter() { cancel(); }

std::size_t ChunkWriter::chunks_per_batch() const noexcept {
  return operation_.bucket().client().is_far() ? plan_.chunks_per_batch : plan_.chunks_per_near_batch;
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
    insert_chunks(batch, applied);
    stored_ = true;
    if (write_ != nullptr) write_->stored(static_cast<std::int64_t>(batch.data_bytes()));
  } catch (const Error&) {
    if (applied == Applied::unknown) answer_lost_ = true;
    if (applied != Applied::no) stored_ = true;
    throw;
  }
}

void ChunkWriter::insert_chunks(const ChunkBatch& batch, Applied& applied) const {
  const auto documents = batch.documents();
  // In order, so that nothing is stored behind a chunk that is refused.
  const Insert chunks{Collection::chunks, Insert::Order::as_given, documents,
                      [&](const Attempt& attempt) { return absent_chunks(attempt, batch); }};
  for (const auto& refusal : insert(operation_, chunks, applied)) {
    if (refusal) throw_refusal(operation_.description(), *refusal, "chunks of another upload are stored under it");
  }
}

}  // namespace gridfs::detail
