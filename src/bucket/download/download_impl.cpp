#include "bucket/download/download_impl.hpp"

#include <algorithm>

#include "bucket/chunks/chunk_layout.hpp"

namespace gridfs {

DownloadStream::Impl::Impl(std::shared_ptr<const Bucket::Impl> bucket, FileInfo file)
    : bucket_(std::move(bucket)),
      file_(std::move(file)),
      operation_(*bucket_, detail::describe_reading(file_)),
      shape_(detail::shape_of(file_, operation_.description())),
      end_(shape_.length) {}

std::size_t DownloadStream::Impl::read(std::span<std::byte> buffer) {
  return all_or_nothing([&] {
    auto room = buffer.begin();
    read_to(std::ssize(buffer), [&](auto bytes) { room = std::copy(bytes.begin(), bytes.end(), room); });
    return static_cast<std::size_t>(room - buffer.begin());
  });
}

std::string DownloadStream::Impl::read(std::int64_t most) {
  return all_or_nothing([&] {
    constexpr std::int64_t at_first = 16LL << 20;
    std::string content;
    content.reserve(static_cast<std::size_t>(std::min({most, left(), at_first})));
    read_to(most, [&](auto bytes) { content.append(reinterpret_cast<const char*>(bytes.data()), bytes.size()); });
    return content;
  });
}

template <typename Sink>
void DownloadStream::Impl::read_to(std::int64_t most, Sink sink) {
  std::int64_t wanted = most;
  while (wanted > 0) {
    const auto chunk = peek();
    if (chunk.empty()) break;
    const auto taken = static_cast<std::size_t>(std::min(std::ssize(chunk), wanted));
    sink(chunk.first(taken));
    advance(taken);
    wanted -= static_cast<std::int64_t>(taken);
  }
  // Whoever asks for just the length must learn of a chunk too many as well.
  if (wanted < most && position_ == shape_.length) check_end();
}

void DownloadStream::Impl::check_open() const {
  if (closed_) throw StreamError(operation_.description() + ": the stream is closed");
}

std::span<const std::byte> DownloadStream::Impl::read_chunk() {
  const auto chunk = peek();
  advance(chunk.size());
  return chunk;
}

std::span<const std::byte> DownloadStream::Impl::peek() {
  check_open();
  if (position_ >= end_) {
    if (position_ == shape_.length) check_end();
    return {};
  }
  const std::int64_t n = position_ / shape_.chunk_size;
  if (n != current_n_) load_chunk(n);
  const auto offset = static_cast<std::size_t>(position_ - n * shape_.chunk_size);
  return current_.subspan(offset, std::min(current_.size() - offset, static_cast<std::size_t>(left())));
}

void DownloadStream::Impl::load_chunk(std::int64_t n) {
  current_n_ = -1;
  if (!reader_ || reader_->position() != n) {
    const auto reader_end = detail::chunk_count(end_, shape_.chunk_size);
    reader_.emplace(operation_, shape_, detail::ChunkRange{n, reader_end});
  }
  try {
    current_ = reader_->next();
  } catch (...) {
    reader_.reset();  // so that the next attempt looks again
    throw;
  }
  current_n_ = n;
}

void DownloadStream::Impl::check_end() {
  // Only where the end was read up to, not sought. Of a zero-length file no chunk is asked for (GridFS specification,
  // "File Download"): some drivers have stored an empty one.
  if (end_checked_ || !reader_ || reader_->position() != shape_.chunks()) return;
  current_n_ = -1;
  reader_->expect_end();
  reader_.reset();
  end_checked_ = true;
}

std::int64_t DownloadStream::Impl::seek(std::int64_t offset, Whence whence) {
  const std::int64_t base = whence == Whence::begin ? 0 : whence == Whence::current ? position_ : shape_.length;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) {
    throw ConfigurationError(operation_.description() + ": a position must be 0 to 2^63 - 1");
  }
  position_ = target;
  return target;
}

void DownloadStream::Impl::set_end(std::int64_t end) {
  if (end < 0) throw ConfigurationError(operation_.description() + ": the end must not be negative");
  end_ = std::min(end, shape_.length);
  reader_.reset();
  current_n_ = -1;
}

void DownloadStream::Impl::close() noexcept {
  closed_ = true;
  current_n_ = -1;
  reader_.reset();
}

}  // namespace gridfs
