#include "bucket/download/parallel_reader.hpp"

#include <memory>
#include <utility>

namespace gridfs::detail {

ParallelReader::ParallelReader(std::shared_ptr<const Bucket::Impl> bucket, const FileShape& file,
                               const std::string& doing, const ChunkShare& range, const DownloadPlan& plan,
                               std::optional<ChunkReader> before, ChunkReceiver& receiver)
    : receiver_(receiver) {
  DownloadPlan shared = plan;
  shared.workers = 1;
  shared.chunks_per_probe = plan.chunks_per_reply;
  try {
    for (int k = 0; k < plan.workers; ++k) {
      const ChunkShare share{range.first + k, range.end, plan.workers};
      threads_.emplace_back([this, end = range.end, before = std::exchange(before, std::nullopt),
                             reader = ChunkReader(bucket, file, doing, share, shared)]() mutable {
        before.reset();  // whose connection this one takes over
        read(reader, end);
      });
    }
  } catch (...) {
    stop();
    throw;
  }
}

void ParallelReader::read(ChunkReader& reader, std::int64_t end) {
  std::int64_t n = reader.position();
  try {
    for (; n < end; n = reader.position()) {
      if (cancelled_) return;
      receiver_.take(n, reader.next());
    }
    reader.expect_end();
    receiver_.ended();
  } catch (...) {
    receiver_.failed(n, std::current_exception());
  }
}

void ParallelReader::stop() noexcept {
  cancel();
  wait();
}

void ParallelReader::wait() noexcept {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace gridfs::detail
