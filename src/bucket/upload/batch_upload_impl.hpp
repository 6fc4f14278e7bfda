/// The state of a BatchUpload.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>

#include "gridfs/bucket.hpp"

#include "bucket/bucket_impl.hpp"
#include "bucket/client/workers.hpp"
#include "bucket/upload/file_batch.hpp"

namespace gridfs {

class GRIDFS_NO_EXPORT BatchUpload::Impl {
 public:
  Impl(Bucket bucket, std::shared_ptr<const Bucket::Impl> impl, Callback callback);

  void add(std::string_view filename, std::span<const std::byte> bytes, const UploadOptions& options,
           const std::optional<Value>& id);
  void flush();

 private:
  using SharedBatch = std::shared_ptr<detail::FileBatch>;

  void add_file(detail::NewFile file, bool id_given, std::span<const std::byte> bytes);
  void store_alone(const detail::NewFile& file, bool id_given, std::span<const std::byte> bytes);
  void submit();
  void deliver();
  void deliver_all();
  [[nodiscard]] SharedBatch new_batch() const { return std::make_shared<detail::FileBatch>(impl_, plan_); }

  Bucket bucket_;
  std::shared_ptr<const Bucket::Impl> impl_;
  Callback callback_;
  detail::FileBatchPlan plan_;
  detail::ChunkIds chunk_ids_;
  std::uint64_t next_number_ = 0;
  SharedBatch filling_;
  std::deque<SharedBatch> submitted_;  // in the order of adding; not reported yet, or not all of it
  std::set<Value> undecided_ids_;      // given ones whose outcomes are not reported yet
  detail::Workers workers_;
};

}  // namespace gridfs
