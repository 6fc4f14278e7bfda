/// Fetches chunks of one file in their order, through one cursor.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "bucket/chunks/chunk_layout.hpp"
#include "bucket/client/reply_times.hpp"
#include "bucket/files/file_shape.hpp"
#include "bucket/operation.hpp"

namespace gridfs::detail {

/// Chunks `first`, `first + step`, … below `end`. If `end` is that behind the file's last chunk, what may be stored
/// there is looked for as well.
struct ChunkShare {
  std::int64_t first;
  std::int64_t end;
  int step = 1;
};

/// Not safe to share between threads.
class ChunkReader {
 public:
  /// @param doing  what is being done to which file, for messages
  ChunkReader(std::shared_ptr<const Bucket::Impl> bucket, FileShape file, std::string doing, ChunkShare share,
              DownloadPlan plan);

  /// The data of the next chunk, valid until the next call. Transient failures are picked up at the same chunk.
  /// @throws CorruptFile   it is missing, or there twice, or its length is wrong
  /// @throws FileNotFound  it is missing, and so is the file by now
  std::span<const std::byte> next();

  /// The sequence number of the chunk that next() will return; the share's end or above when there is none left.
  [[nodiscard]] std::int64_t position() const noexcept { return next_; }

  /// Call it behind the last chunk.
  /// @throws CorruptFile  there is one more, and not an empty one
  void expect_end();

  /// Whether other readers should go on with what is left, each with a share of it.
  [[nodiscard]] bool should_share() const;

 private:
  [[nodiscard]] Cursor open() const;
  const bson_t* fetch();
  [[nodiscard]] std::int64_t left() const noexcept;
  [[nodiscard]] std::int64_t chunks_to_ask_for() const noexcept;
  [[nodiscard]] std::span<const std::byte> checked_data(const bson_t* chunk) const;
  [[noreturn]] void throw_missing() const;
  [[noreturn]] void throw_corrupt(const std::string& what) const;

  std::shared_ptr<const Bucket::Impl> bucket_;
  FileShape file_;
  Operation operation_;
  ChunkShare share_;
  DownloadPlan plan_;
  std::int64_t next_;
  bool reads_to_the_end_;
  ReplyTimes times_;
  std::optional<Cursor> cursor_;
};

}  // namespace gridfs::detail
