/// The state of one download.
#pragma once

#include <memory>
#include <optional>

#include "gridfs/download_stream.hpp"

#include "bucket/download/ordered_chunks.hpp"

namespace gridfs {

class GRIDFS_NO_EXPORT DownloadStream::Impl {
 public:
  /// @throws CorruptFile  the files document does not say how long the file or its chunks are
  Impl(std::shared_ptr<const Bucket::Impl> bucket, FileInfo file);

  std::size_t read(std::span<std::byte> buffer);

  /// Up to `most` bytes, with memory for those that have come alone: a damaged length may promise any number.
  std::string read(std::int64_t most);

  /// Runs `step()`, unless the stream is closed. If it throws, the position is where it was.
  template <typename Step>
  auto all_or_nothing(Step step) {
    check_open();
    const std::int64_t begin = position_;
    try {
      return step();
    } catch (...) {
      position_ = begin;
      throw;
    }
  }

  /// The rest of the current chunk, empty at the end.
  std::span<const std::byte> read_chunk();

  /// As read_chunk(), but without moving the position.
  std::span<const std::byte> peek();
  void advance(std::size_t bytes) noexcept { position_ += static_cast<std::int64_t>(bytes); }

  std::int64_t seek(std::int64_t offset, Whence whence);
  void set_end(std::int64_t end);
  void close() noexcept;

  [[nodiscard]] std::int64_t tell() const noexcept { return position_; }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] const FileInfo& file() const noexcept { return file_; }
  /// How many bytes are left to read.
  [[nodiscard]] std::int64_t left() const noexcept { return position_ < end_ ? end_ - position_ : 0; }

 private:
  template <typename Sink>
  void read_to(std::int64_t most, Sink sink);
  void check_open() const;
  void load_chunk(std::int64_t n);
  void check_end();

  std::shared_ptr<const Bucket::Impl> bucket_;
  FileInfo file_;
  detail::Operation operation_;
  detail::FileShape shape_;
  std::int64_t end_;
  std::int64_t position_ = 0;
  std::optional<detail::OrderedChunks> reader_;
  std::int64_t current_n_ = -1;  // the chunk that current_ holds
  std::span<const std::byte> current_;
  bool end_checked_ = false;
  bool closed_ = false;
};

}  // namespace gridfs
