/// Batch upload of many small files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gridfs/document.hpp"
#include "gridfs/export.hpp"
#include "gridfs/file_info.hpp"
#include "gridfs/leftover.hpp"
#include "gridfs/upload_stream.hpp"

namespace gridfs {

/// The outcome of one file of a BatchUpload.
struct BatchOutcome {
  /// The number of the add() call, from 0.
  std::uint64_t number = 0;
  Value id;
  std::string filename;
  /// The files document, after the server has acknowledged it; empty if the file is not stored.
  std::optional<FileInfo> file;
  /// Why it is not stored: the exception that opening, writing or closing an UploadStream would have thrown.
  std::exception_ptr error;
  /// What may be left on the server if it is not stored; empty if nothing is.
  std::optional<Leftover> leftover;
};

/// Stores files in batches: the chunks of many files with one insert, then their files documents with one insert. Each
/// file succeeds or fails on its own, as with an UploadStream: its files document is stored after all its chunks are
/// acknowledged, and the chunks of a file that fails are removed.
///
/// Outcomes are reported in the order of add(), by a callback that add() and flush() call in the caller's thread. An
/// exception of the callback is passed on to the caller; the outcomes after it are reported by the next call. As many
/// batches are in flight as the bucket's parallelism allows, within the memory of one UploadStream: call flush() before
/// storing large files in another way.
///
/// On destruction without flush(), batches in flight are completed without reporting their outcomes, and files that
/// were not sent yet are dropped. Not thread-safe. Movable; a moved-from object may only be assigned to or destroyed.
class GRIDFS_EXPORT BatchUpload {
 public:
  using Callback = std::function<void(const BatchOutcome&)>;

  BatchUpload(BatchUpload&&) noexcept;
  BatchUpload& operator=(BatchUpload&&) noexcept;
  BatchUpload(const BatchUpload&) = delete;
  BatchUpload& operator=(const BatchUpload&) = delete;
  ~BatchUpload();

  /// Adds a file of any length; its bytes are copied. A file too large for a batch is stored before this returns. Every
  /// error is reported by the outcome.
  /// @param id  empty: a new ObjectId. If it is in use, also by an earlier file of this upload, the outcome is
  ///            FileExists
  void add(std::string_view filename, std::span<const std::byte> bytes, const UploadOptions& options = {},
           const std::optional<Value>& id = std::nullopt);

  /// Stores the remaining files, and returns after all outcomes have been reported.
  void flush();

 private:
  friend class Bucket;
  class Impl;
  explicit BatchUpload(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridfs
