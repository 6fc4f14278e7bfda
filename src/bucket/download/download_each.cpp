#include <atomic>
#include <mutex>
#include <set>
#include <utility>

#include "gridfs/bucket.hpp"

#include "bucket/client/workers.hpp"
#include "bucket/download/small_files_reader.hpp"

namespace gridfs {

namespace {

// Puts files together and hands them to threads.
class Batcher {
 public:
  Batcher(std::shared_ptr<const Bucket::Impl> bucket, const Bucket::Receive& receive)
      : bucket_(std::move(bucket)),
        receive_(receive),
        plan_(detail::plan_small_downloads(bucket_->options().parallelism, bucket_->options().memory_bytes)),
        workers_(plan_.in_flight) {}

  void add(detail::SmallFile file) {
    const auto length = static_cast<std::size_t>(file.shape.length);
    const auto chunks = static_cast<std::size_t>(file.shape.chunks());
    // An id that occurs again goes with others.
    const bool again = !ids_.insert(file.shape.id).second;
    if (again || length_ + length > plan_.bytes || batch_.size() == plan_.files || chunks_ + chunks > plan_.chunks) {
      send();
      ids_.insert(file.shape.id);
    }
    length_ += length;
    chunks_ += chunks;
    batch_.push_back(std::move(file));
  }

  void send() {
    ids_.clear();
    length_ = chunks_ = 0;
    if (batch_.empty() || failed_) return;
    auto reader = std::make_shared<detail::SmallFilesReader>(bucket_, std::exchange(batch_, {}), receive_);
    workers_.run([this, reader = std::move(reader)] { read(*reader); });
  }

  void finish() {
    send();
    workers_.wait();
    if (error_) std::rethrow_exception(error_);
  }

  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  void read(detail::SmallFilesReader& reader) {
    if (failed_) return;
    try {
      reader.run();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      failed_ = true;
    }
  }

  std::shared_ptr<const Bucket::Impl> bucket_;
  const Bucket::Receive& receive_;
  detail::FileBatchPlan plan_;
  std::vector<detail::SmallFile> batch_;
  std::set<Value> ids_;
  std::size_t length_ = 0;
  std::size_t chunks_ = 0;
  std::mutex mutex_;
  std::atomic<bool> failed_ = false;
  std::exception_ptr error_;
  detail::Workers workers_;
};

}  // namespace

void Bucket::download_each(std::span<const FileInfo> files, const Receive& receive) const {
  Batcher batcher(impl_, receive);
  for (std::size_t i = 0; i < files.size() && !batcher.failed(); ++i) {
    const std::string description = detail::describe_reading(files[i]);
    std::optional<detail::FileShape> shape;
    try {
      shape = detail::shape_of(files[i], description);
    } catch (const CorruptFile&) {
      receive(i, {}, std::current_exception());
      continue;
    }
    if (shape->length > max_small_file)
      throw ConfigurationError(description + ": it is too long to be fetched with others");
    if (shape->length == 0) {
      receive(i, {}, nullptr);
      continue;
    }
    batcher.add({i, *std::move(shape), description, false, !files[i].id().fits_in_list()});
  }
  batcher.finish();
}

}  // namespace gridfs
