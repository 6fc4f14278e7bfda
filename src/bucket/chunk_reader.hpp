/// Fetches the chunks of one file in their order.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "bucket/bucket_impl.hpp"

namespace gridfs::detail {

struct FileShape {
  Value id;
  std::int64_t length;
  std::int32_t chunk_size;
};

/// Not safe to share between threads.
class ChunkReader {
 public:
  /// @param first  the sequence number of the first chunk to fetch
  /// @param end    that behind the last one; if it is that behind the file's last one, what may be stored there is
  ///               looked for as well
  ChunkReader(std::shared_ptr<const Bucket::Impl> bucket, FileShape file, std::string doing, std::int64_t first,
              std::int64_t end);

  /// The data of the next chunk, valid until the next call. Transient failures are picked up at the same chunk.
  /// @throws CorruptFile  it is missing, or there twice, or its length is wrong
  std::span<const std::byte> next();

  /// The sequence number of the chunk that next() will return.
  [[nodiscard]] std::int64_t position() const noexcept { return next_; }

  /// Call it behind the last chunk.
  /// @throws CorruptFile  there is one more
  void expect_end();

 private:
  void open();
  const bson_t* fetch();
  [[nodiscard]] std::span<const std::byte> checked_data(const bson_t* chunk) const;
  [[noreturn]] void throw_corrupt(const std::string& what) const;

  std::shared_ptr<const Bucket::Impl> bucket_;
  FileShape file_;
  std::string doing_;
  std::int64_t next_;
  std::int64_t end_;
  bool reads_to_the_end_;
  std::optional<ClientCursor> cursor_;
};

}  // namespace gridfs::detail
