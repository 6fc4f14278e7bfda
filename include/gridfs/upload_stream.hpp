/// Writing one file (the reference's GridIn).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>

#include "gridfs/document.hpp"
#include "gridfs/file_info.hpp"
#include "gridfs/leftover.hpp"

namespace gridfs {

struct UploadOptions {
  /// Bytes a chunk, 1 to max_chunk_size; the bucket's if empty.
  std::optional<std::int32_t> chunk_size_bytes;
  /// The upload date is to be later than this one, though that may be in the future.
  std::optional<DateTime> after;
  /// The field `metadata`, left out of the files document if empty.
  std::optional<Document> metadata;
};

/// A file being uploaded. Nothing exists under its name until close() returns: the files document is the last thing
/// stored (GridFS specification, "File upload"). A stream that is destroyed without close() is aborted.
///
/// Memory: a fixed number of batches of chunks, whatever the length. Not safe to share between threads. Movable; a
/// moved-from stream may only be assigned to or destroyed.
class UploadStream {
 public:
  UploadStream(UploadStream&&) noexcept;
  UploadStream& operator=(UploadStream&&) noexcept;
  UploadStream(const UploadStream&) = delete;
  UploadStream& operator=(const UploadStream&) = delete;
  ~UploadStream();

  /// Appends bytes. When it throws, the upload has been aborted and the stream is closed.
  /// @throws FileExists       the `_id` turned out to be in use
  /// @throws ConnectionError, AuthenticationError, ServerError, Stopped
  /// @throws StreamError      the stream is closed
  void write(std::span<const std::byte> bytes);
  void write(std::string_view bytes) { write(std::as_bytes(std::span(bytes))); }

  /// Appends each line; no separators are added (the reference's writelines).
  template <std::ranges::input_range Lines>
  void write_lines(const Lines& lines) {
    for (const auto& line : lines) write(std::string_view(line));
  }

  /// Stores what is left, waits until the server has acknowledged every chunk, then stores the files document. Does
  /// nothing on a stream that close() has closed.
  /// @throws as write(); when it throws, the upload has been aborted, and unless leftover() says otherwise there is no
  /// files document
  void close();

  /// Removes every chunk that this upload stored, and none that it did not: the chunks of a file with the same `_id`
  /// stay. Does nothing on a closed stream.
  /// @throws ConnectionError, AuthenticationError, ServerError  chunks may be left behind
  void abort();

  /// Whether close() or abort() was called, or a write failed.
  [[nodiscard]] bool closed() const noexcept;

  /// What may be left on the server after write() or close() threw, or abort(); empty if nothing is.
  [[nodiscard]] const std::optional<Leftover>& leftover() const noexcept;

  [[nodiscard]] const Value& id() const noexcept;
  [[nodiscard]] const std::string& filename() const noexcept;
  /// The same as filename(), by the reference's other name for it.
  [[nodiscard]] const std::string& name() const noexcept { return filename(); }
  /// Bytes a chunk.
  [[nodiscard]] std::int32_t chunk_size() const noexcept;
  /// Bytes written so far.
  [[nodiscard]] std::int64_t length() const noexcept;
  /// Fields of the metadata may be set until close(), such as a checksum that is known only then.
  void set_metadata(std::optional<Document> metadata);
  [[nodiscard]] const std::optional<Document>& metadata() const noexcept;
  /// `metadata.contentType`.
  [[nodiscard]] std::optional<std::string> content_type() const;
  /// Empty before close().
  [[nodiscard]] std::optional<DateTime> upload_date() const noexcept;
  /// The files document as it was stored.
  /// @throws StreamError  before close()
  [[nodiscard]] FileInfo file() const;

 private:
  friend class Bucket;
  class Impl;
  explicit UploadStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridfs
