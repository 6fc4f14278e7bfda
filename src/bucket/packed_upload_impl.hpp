/// The state of a PackedUpload.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>

#include "gridfs/bucket.hpp"

#include "bucket/bucket_impl.hpp"
#include "bucket/pack.hpp"
#include "bucket/workers.hpp"

namespace gridfs {

class PackedUpload::Impl {
 public:
  Impl(const Bucket& bucket, std::shared_ptr<const Bucket::Impl> impl, Callback callback);

  void add(std::string_view filename, std::span<const std::byte> bytes, const UploadOptions& options,
           const std::optional<Value>& id);
  void flush();

 private:
  using SharedPack = std::shared_ptr<detail::Pack>;

  void add_file(detail::NewFile file, bool id_given, std::span<const std::byte> bytes);
  void store_alone(const detail::NewFile& file, bool id_given, std::span<const std::byte> bytes);
  void submit();
  void tell();
  void tell_all();
  [[nodiscard]] SharedPack new_pack() const { return std::make_shared<detail::Pack>(impl_, plan_); }

  Bucket bucket_;
  std::shared_ptr<const Bucket::Impl> impl_;
  Callback callback_;
  detail::PackPlan plan_;
  detail::ChunkIds chunk_ids_;
  std::uint64_t next_number_ = 0;
  SharedPack filling_;
  std::deque<SharedPack> submitted_;  // in the order of adding; not told yet, or not all of it
  std::set<Value> undecided_ids_;     // given ones whose outcomes are not told yet
  detail::Workers workers_;
};

}  // namespace gridfs
