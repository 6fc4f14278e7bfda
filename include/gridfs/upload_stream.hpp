/// Writing one file (GridIn in PyMongo).
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
#include "gridfs/export.hpp"
#include "gridfs/file_info.hpp"
#include "gridfs/leftover.hpp"

namespace gridfs {

struct UploadOptions {
  /// The chunk size in bytes, 1 to max_chunk_size; default: the bucket's.
  std::optional<std::int32_t> chunk_size_bytes{};
  /// Makes the upload date later than this one, even if that is in the future.
  std::optional<DateTime> after{};
  /// The upload date itself, for a copy of a file; default: the time when the file is stored, of a batch
  /// when it was added. Overrides `after`.
  std::optional<DateTime> upload_date{};
  /// The field `metadata`; empty: the file has none.
  std::optional<Document> metadata{};
};

/// A stream that stores one file. The file becomes visible when close() returns: the files document is stored last
/// (GridFS specification, "File upload"). A stream that is destroyed without close() is aborted.
///
/// Memory: a fixed number of batches of chunks. Not thread-safe. Movable; a moved-from stream may only be assigned to
/// or destroyed.
class GRIDFS_EXPORT UploadStream {
 public:
  UploadStream(UploadStream&&) noexcept;
  UploadStream& operator=(UploadStream&&) noexcept;
  UploadStream(const UploadStream&) = delete;
  UploadStream& operator=(const UploadStream&) = delete;
  ~UploadStream();

  /// Appends bytes. If it throws, the upload has been aborted and the stream is closed.
  /// @throws FileExists          the `_id` is in use
  /// @throws ConfigurationError  more than 2^31 chunks
  /// @throws ConnectionError, AuthenticationError, ServerError, Stopped
  /// @throws StreamError         the stream is closed
  void write(std::span<const std::byte> bytes);
  void write(std::string_view bytes) { write(std::as_bytes(std::span(bytes))); }

  /// Appends each line without adding separators (writelines in PyMongo).
  template <std::ranges::input_range Lines>
  void write_lines(Lines&& lines) {
    for (auto&& line : lines) write(std::string_view(line));
  }

  /// Stores the remaining bytes, waits until the server has acknowledged every chunk, then stores the files document.
  /// Called again, it has no effect but to return the same.
  /// @return  the file, as file()
  /// @throws as write(), StreamError also after an upload that was aborted, and Error if chunks are missing that the
  /// server has acknowledged; if it throws, the upload has been aborted, and there is no files document unless
  /// leftover() says otherwise
  FileInfo close();

  /// Removes the chunks that this upload has stored, and no others: the chunks of a file with the same `_id` stay. Has
  /// no effect on a closed stream.
  /// @throws ConnectionError, AuthenticationError, ServerError  chunks may be left
  void abort();

  /// Whether close() or abort() was called, or write() threw.
  [[nodiscard]] bool closed() const noexcept;

  /// What may be left on the server after abort(), or after write() or close() threw; empty if nothing is.
  [[nodiscard]] const std::optional<Leftover>& leftover() const noexcept;

  [[nodiscard]] const Value& id() const noexcept;
  [[nodiscard]] const std::string& filename() const noexcept;
  /// The same as filename(), as in PyMongo.
  [[nodiscard]] const std::string& name() const noexcept { return filename(); }
  /// In bytes.
  [[nodiscard]] std::int32_t chunk_size() const noexcept;
  /// Bytes written so far.
  [[nodiscard]] std::int64_t length() const noexcept;
  /// Metadata can be changed until close(), for example to add a checksum.
  /// @throws StreamError         the stream is closed
  /// @throws ConfigurationError  the files document would be larger than 16 MiB; the metadata stay as they were
  void set_metadata(std::optional<Document> metadata);
  [[nodiscard]] const std::optional<Document>& metadata() const noexcept;
  /// `metadata.contentType`.
  [[nodiscard]] std::optional<std::string> content_type() const;
  /// Empty before close().
  [[nodiscard]] std::optional<DateTime> upload_date() const noexcept;
  /// The stored files document.
  /// @throws StreamError  before close()
  [[nodiscard]] FileInfo file() const;

 private:
  friend class Bucket;
  class Impl;
  explicit UploadStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridfs
