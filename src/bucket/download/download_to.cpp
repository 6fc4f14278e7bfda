#include <mutex>
#include <optional>
#include <utility>

#include "gridfs/bucket.hpp"

#include "bucket/download/parallel_reader.hpp"

namespace gridfs {

namespace {

// Hands chunks to the sink as they come, until one of the threads fails.
class ToSink : public detail::ChunkReceiver {
 public:
  ToSink(const Bucket::Sink& sink, std::int32_t chunk_size) : sink_(sink), chunk_size_(chunk_size) {}

  void take(std::int64_t n, std::span<const std::byte> chunk) override { sink_(n * chunk_size_, chunk); }

  void failed(std::int64_t /*n*/, std::exception_ptr error) noexcept override {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    if (reader_ != nullptr) reader_->cancel();
    failed_ = true;
  }

  void ended() noexcept override {}

  /// Waits for the threads, and throws the first error.
  void finish(detail::ParallelReader& reader) {
    {
      const std::lock_guard lock(mutex_);
      reader_ = &reader;
      if (failed_) reader.cancel();
    }
    reader.wait();
    if (error_) std::rethrow_exception(error_);
  }

 private:
  const Bucket::Sink& sink_;
  std::int32_t chunk_size_;
  std::mutex mutex_;
  detail::ParallelReader* reader_ = nullptr;
  bool failed_ = false;
  std::exception_ptr error_;
};

}  // namespace

void Bucket::download_to(const FileInfo& file, const Sink& sink) const {
  const std::string doing = detail::describe_reading(file);
  const auto shape = detail::shape_of(file, doing);
  if (shape.length == 0) return;
  const auto end = shape.chunks();
  const auto plan = detail::plan_download(shape.chunk_size, end, impl_->options().parallelism, detail::ChunkOrder::any);
  ToSink receiver(sink, shape.chunk_size);
  std::optional<detail::ChunkReader> reader(std::in_place, impl_, shape, doing, detail::ChunkShare{0, end}, plan);
  while (reader->position() < end && !reader->should_share()) {
    const auto n = reader->position();
    receiver.take(n, reader->next());
  }
  if (reader->position() == end) return reader->expect_end();
  const detail::ChunkShare rest{reader->position(), end};
  detail::ParallelReader parallel(impl_, shape, doing, rest, plan, std::exchange(reader, std::nullopt), receiver);
  receiver.finish(parallel);
}

}  // namespace gridfs
