/// Standard streams over upload and download streams.
#pragma once

#include <istream>
#include <memory>
#include <ostream>

#include "gridfs/download_stream.hpp"
#include "gridfs/export.hpp"
#include "gridfs/upload_stream.hpp"

namespace gridfs {

/// Writes to an upload. Bytes reach the upload when the buffer is full or flushed. Errors set badbit; enable the
/// library's exceptions with `exceptions(std::ios::badbit)`, or check UploadStream::closed(). The file is stored by
/// commit(), never by a destructor. Not thread-safe.
class GRIDFS_EXPORT UploadOStream : public std::ostream {
 public:
  explicit UploadOStream(UploadStream upload);
  ~UploadOStream() override;

  /// Flushes, and closes the upload. Throws as UploadStream::close(), and StreamError if a write failed earlier.
  void commit();

  /// For its properties. Bytes that are still in the buffer are not in it: close it by commit().
  [[nodiscard]] UploadStream& upload() noexcept;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
};

/// Reads from a download; seekable. Errors set badbit; enable exceptions as above. After clear(), reading goes on where
/// it failed. Not thread-safe.
class GRIDFS_EXPORT DownloadIStream : public std::istream {
 public:
  explicit DownloadIStream(DownloadStream download);
  ~DownloadIStream() override;

  /// For its properties. Its position is ahead of this stream's, by what is in the buffer.
  [[nodiscard]] DownloadStream& download() noexcept;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace gridfs
