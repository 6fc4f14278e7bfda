#include "bucket/chunks/ordered_chunks.hpp"

#include <utility>

#include "bucket/chunks/chunk_queue.hpp"
#include "bucket/download/parallel_reader.hpp"

namespace gridfs::detail {

OrderedChunks::OrderedChunks(std::shared_ptr<const Bucket::Impl> bucket, FileShape file, std::string doing,
                             std::int64_t first, std::int64_t end)
    : bucket_(std::move(bucket)),
      file_(std::move(file)),
      doing_(std::move(doing)),
      end_(end),
      plan_(plan_download(file_.chunk_size, end - first, bucket_->options().parallelism)) {
  reader_.emplace(bucket_, file_, doing_, ChunkShare{first, end}, plan_);
}

OrderedChunks::~OrderedChunks() = default;

std::span<const std::byte> OrderedChunks::next() {
  if (!queue_ && reader_->should_share()) share();
  if (!queue_) return reader_->next();
  bucket_->client().check(doing_);
  return queue_->next();
}

std::int64_t OrderedChunks::position() const noexcept { return queue_ ? queue_->position() : reader_->position(); }

void OrderedChunks::expect_end() {
  if (queue_) {
    queue_->expect_end();
  } else {
    reader_->expect_end();
  }
}

void OrderedChunks::share() {
  const ChunkShare rest{reader_->position(), end_};
  const auto room = static_cast<std::size_t>(plan_.workers) * static_cast<std::size_t>(plan_.chunks_per_reply);
  queue_ = std::make_unique<ChunkQueue>(rest.first, room, plan_.workers);
  queue_->start(std::make_unique<ParallelReader>(bucket_, file_, doing_, rest, plan_,
                                                 std::exchange(reader_, std::nullopt), *queue_));
}

}  // namespace gridfs::detail
