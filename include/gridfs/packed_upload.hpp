/// Storing many small files with few messages.
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
#include "gridfs/file_info.hpp"
#include "gridfs/leftover.hpp"
#include "gridfs/upload_stream.hpp"

namespace gridfs {

/// What became of one file of a PackedUpload.
struct PackedOutcome {
  /// Which add() it was, from 0.
  std::uint64_t number = 0;
  Value id;
  std::string filename;
  /// The files document as it was stored and acknowledged; empty if the file is not stored.
  std::optional<FileInfo> file;
  /// Why it is not stored: what UploadStream::close() would have thrown, or opening the stream.
  std::exception_ptr error;
  /// What may be left of it on the server where it is not stored; empty if nothing is.
  std::optional<Leftover> leftover;
};

/// Stores files whose chunks travel together: chunks of many files in one insert, then their files documents in one.
/// As with an UploadStream a file exists once all its chunks are acknowledged, or not at all: of the files that travel
/// together those are stored whose chunks are all there, and the chunks of the others are removed.
///
/// The outcomes are told in the order of adding, by a callback that add() and flush() call on their caller's thread.
/// What it throws comes out of them; the outcomes behind it are told by the next call. As many packs are on their way
/// at once as the bucket's parallelism allows, within the memory of one UploadStream: finish with flush() before large
/// files are stored otherwise.
///
/// Destroyed without flush(), what is on its way ends, stored or not, without its outcome being told, and what is not
/// is dropped. Not safe to share between threads. Movable; a moved-from object may only be assigned to or destroyed.
class PackedUpload {
 public:
  using Callback = std::function<void(const PackedOutcome&)>;

  PackedUpload(PackedUpload&&) noexcept;
  PackedUpload& operator=(PackedUpload&&) noexcept;
  PackedUpload(const PackedUpload&) = delete;
  PackedUpload& operator=(const PackedUpload&) = delete;
  ~PackedUpload();

  /// Adds a file, whose bytes are copied. Of any length; one that fits no pack is stored before this returns. Whatever
  /// is wrong with it is told by its outcome.
  /// @param id  empty: a new ObjectId. One that is in use gives FileExists, as does one that was added and stored
  ///            before
  void add(std::string_view filename, std::span<const std::byte> bytes, const UploadOptions& options = {},
           const std::optional<Value>& id = std::nullopt);

  /// Stores what is left, and waits until all outcomes have been told.
  void flush();

 private:
  friend class Bucket;
  class Impl;
  explicit PackedUpload(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridfs
