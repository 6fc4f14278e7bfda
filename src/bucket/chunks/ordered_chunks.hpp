/// The chunks of a range in their order, fetched on as many connections as are worth it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "bucket/download/chunk_reader.hpp"

namespace gridfs::detail {

class ChunkQueue;

/// Begins with one cursor and without any thread. Not safe to share between threads.
class OrderedChunks {
 public:
  OrderedChunks(std::shared_ptr<const Bucket::Impl> bucket, FileShape file, std::string doing, std::int64_t first,
                std::int64_t end);
  ~OrderedChunks();
  OrderedChunks(const OrderedChunks&) = delete;
  OrderedChunks& operator=(const OrderedChunks&) = delete;
  OrderedChunks(OrderedChunks&&) = delete;
  OrderedChunks& operator=(OrderedChunks&&) = delete;

  /// As the functions of ChunkReader.
  std::span<const std::byte> next();
  [[nodiscard]] std::int64_t position() const noexcept;
  void expect_end();

 private:
  void share();

  std::shared_ptr<const Bucket::Impl> bucket_;
  FileShape file_;
  std::string doing_;
  std::int64_t end_;
  DownloadPlan plan_;
  std::optional<ChunkReader> reader_;
  std::unique_ptr<ChunkQueue> queue_;
};

}  // namespace gridfs::detail
