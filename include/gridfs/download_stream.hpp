/// Reading one file (GridOut in PyMongo).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gridfs/document.hpp"
#include "gridfs/export.hpp"
#include "gridfs/file_info.hpp"

namespace gridfs {

/// A stream that reads one stored file. Chunks are fetched as needed, in batches of a few megabytes; the sequence
/// number and length of each one are verified (GridFS specification, "File download"). After a transient failure or a
/// lost cursor, reading resumes at the same position.
///
/// Not thread-safe. Movable; a moved-from stream may only be assigned to or destroyed.
class GRIDFS_EXPORT DownloadStream {
 public:
  enum class Whence { begin, current, end };

  DownloadStream(DownloadStream&&) noexcept;
  DownloadStream& operator=(DownloadStream&&) noexcept;
  DownloadStream(const DownloadStream&) = delete;
  DownloadStream& operator=(const DownloadStream&) = delete;
  ~DownloadStream();

  /// Fills the buffer as far as the file goes. If it throws, the position is where it was.
  /// @return  the number of bytes read: less than the buffer's size only at the end of the file, where it is 0
  /// @throws CorruptFile      a chunk is missing, superfluous or of the wrong size
  /// @throws FileNotFound     a chunk is missing, since the file was removed meanwhile
  /// @throws ConnectionError, AuthenticationError, ServerError, Stopped
  /// @throws StreamError      the stream is closed
  std::size_t read(std::span<std::byte> buffer);

  /// Up to `size` bytes; if empty, the rest of the file, which is then in memory. Throws as the other read(),
  /// and ConfigurationError if `size` is negative.
  std::string read(std::optional<std::int64_t> size = std::nullopt);

  /// The rest of the current chunk without copying; empty at the end of the file. Valid until the next call on this
  /// stream. Throws as read().
  std::span<const std::byte> read_chunk();

  /// Up to and including the next `\n`, at most `size` bytes if given. Throws as read(size); then, too, the position is
  /// where it was.
  std::string read_line(std::optional<std::int64_t> size = std::nullopt);

  /// Moves the position. Seeking beyond the end is allowed; reading there returns nothing.
  /// @return  the new position in bytes from the beginning
  /// @throws ConfigurationError  the position would be negative, or too large
  std::int64_t seek(std::int64_t offset, Whence whence = Whence::begin);
  [[nodiscard]] std::int64_t tell() const noexcept;
  [[nodiscard]] static constexpr bool seekable() noexcept { return true; }

  /// Limits reading to the first `end` bytes, so that no chunk beyond them is fetched. Reads end there as at the end of
  /// the file.
  /// @param end  from 0; beyond the file's length it means the file's length
  /// @throws ConfigurationError  it is negative
  void set_end(std::int64_t end);

  void close() noexcept;
  [[nodiscard]] bool closed() const noexcept;

  [[nodiscard]] const FileInfo& file() const noexcept;
  [[nodiscard]] Value id() const { return file().id(); }
  [[nodiscard]] std::int64_t length() const { return file().length(); }
  [[nodiscard]] std::int32_t chunk_size() const { return file().chunk_size(); }
  [[nodiscard]] std::optional<std::string> filename() const { return file().filename(); }
  [[nodiscard]] std::optional<std::string> name() const { return file().filename(); }
  [[nodiscard]] std::optional<std::string> content_type() const { return file().content_type(); }
  [[nodiscard]] std::optional<std::string> md5() const { return file().md5(); }
  [[nodiscard]] std::optional<Document> metadata() const { return file().metadata(); }
  [[nodiscard]] std::optional<DateTime> upload_date() const { return file().upload_date(); }
  [[nodiscard]] std::vector<std::string> aliases() const { return file().aliases(); }

 private:
  friend class Bucket;
  class Impl;
  explicit DownloadStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridfs
