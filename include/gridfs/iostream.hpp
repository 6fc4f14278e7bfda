/// Standard streams over upload and download streams, for code that speaks std::istream and std::ostream.
#pragma once

#include <istream>
#include <memory>
#include <ostream>

#include "gridfs/download_stream.hpp"
#include "gridfs/upload_stream.hpp"

namespace gridfs {

/// Writes into an upload. Bytes reach the upload when the buffer is full or flushed. Errors set badbit, as standard
/// streams do; ask for exceptions with `exceptions(std::ios::badbit)` to get the library's own, or look at
/// UploadStream::closed(). The file is stored by commit(), never by a destructor. Not safe to share between threads.
class UploadOStream : public std::ostream {
 public:
  explicit UploadOStream(UploadStream upload);
  ~UploadOStream() override;

  /// Flushes, and closes the upload. Throws as UploadStream::close(), and StreamError if a write failed earlier.
  void commit();

  [[nodiscard]] UploadStream& upload() noexcept;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
};

/// Reads from a download; seekable. Errors set badbit; ask for exceptions as above. Not safe to share between threads.
class DownloadIStream : public std::istream {
 public:
  explicit DownloadIStream(DownloadStream download);
  ~DownloadIStream() override;

  [[nodiscard]] DownloadStream& download() noexcept;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace gridfs
