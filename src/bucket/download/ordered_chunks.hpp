/// The chunks of a range in their order, fetched ahead on several connections.
#pragma once

#include <deque>
#include <future>
#include <memory>
#include <span>

#include "bucket/client/workers.hpp"
#include "bucket/download/chunk_reader.hpp"

namespace gridfs::detail {

/// Cuts the range into parts of one reply each. While the caller takes the chunks of one part, where the driver has put
/// them, threads fetch the parts behind it, as long as connections are free. What fits one reply, or comes slowly, is
/// read without any thread. Not safe to share between threads.
class OrderedChunks {
 public:
  /// As the constructor of ChunkReader.
  OrderedChunks(const Operation& operation, FileShape file, ChunkRange range);

  /// As the functions of ChunkReader.
  std::span<const std::byte> next();
  [[nodiscard]] std::int64_t position() const noexcept { return current_ ? current_->position() : range_.first; }
  void expect_end() { current_->expect_end(); }

 private:
  void begin_next_part();
  void begin_with_one_query();
  void fetch_ahead();
  void take_first_ahead();
  [[nodiscard]] std::unique_ptr<ChunkReader> reader(ChunkRange part, int extra_chunks = 0) const;

  Operation operation_;
  FileShape file_;
  ChunkRange range_;
  DownloadPlan plan_;
  std::int64_t begun_;  // chunks before it have a reader
  std::unique_ptr<ChunkReader> current_;
  std::deque<std::future<std::unique_ptr<ChunkReader>>> ahead_;
  Workers workers_;  // destroyed first: it waits for what its threads fetch
};

}  // namespace gridfs::detail
