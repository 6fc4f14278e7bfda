/// The bucket: every operation of the GridFS specification
/// (https://github.com/mongodb/specifications/blob/master/source/gridfs/gridfs-spec.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gridfs/bucket_options.hpp"
#include "gridfs/chunk_summary.hpp"
#include "gridfs/client.hpp"
#include "gridfs/document.hpp"
#include "gridfs/download_stream.hpp"
#include "gridfs/error.hpp"
#include "gridfs/file_cursor.hpp"
#include "gridfs/file_info.hpp"
#include "gridfs/packed_upload.hpp"
#include "gridfs/upload_stream.hpp"

namespace gridfs {

/// A GridFS bucket. Safe to use from many threads. The client must outlive it.
///
/// Every operation may throw ConnectionError, AuthenticationError, ServerError and Stopped besides what it names.
/// Filenames are UTF-8 without NUL when storing, else ConfigurationError.
class Bucket {
 public:
  /// @throws ConfigurationError  a name the server would refuse, a chunk size out of range, or an unacknowledged write
  ///                             concern
  Bucket(Client& client, std::string_view database, BucketOptions options = {});

  /// Opens a stream for a new file. The first upload into an empty bucket makes the indexes that the specification
  /// asks for.
  [[nodiscard]] UploadStream open_upload_stream(std::string_view filename, const UploadOptions& options = {}) const;

  /// @throws FileExists  a file has that `_id`
  [[nodiscard]] UploadStream open_upload_stream_with_id(const Value& id, std::string_view filename,
                                                        const UploadOptions& options = {}) const;

  /// Uploads all that `source` gives until its end.
  /// @return  the `_id` of the new file
  /// @throws StreamError  the source went bad before its end; nothing is stored
  Value upload_from_stream(std::string_view filename, std::istream& source, const UploadOptions& options = {}) const;

  /// @throws FileExists, StreamError
  void upload_from_stream_with_id(const Value& id, std::string_view filename, std::istream& source,
                                  const UploadOptions& options = {}) const;

  /// Opens a way to store many small files with few messages.
  /// @param callback  is told what became of each file
  [[nodiscard]] PackedUpload open_packed_upload(PackedUpload::Callback callback) const;

  /// @throws FileNotFound, CorruptFile
  [[nodiscard]] DownloadStream open_download_stream(const Value& id) const;

  /// @param revision  0 the first stored, 1, 2, … after it; -1 the newest, -2 the one before
  /// @throws FileNotFound, RevisionNotFound, CorruptFile
  [[nodiscard]] DownloadStream open_download_stream_by_name(std::string_view filename,
                                                            std::int32_t revision = -1) const;

  /// A stream over a files document that find() has given.
  /// @throws CorruptFile
  [[nodiscard]] DownloadStream open_download_stream(const FileInfo& file) const;

  /// Writes the whole file to `destination`.
  /// @throws FileNotFound, CorruptFile
  /// @throws StreamError  the destination went bad; part of the file may have been written
  void download_to_stream(const Value& id, std::ostream& destination) const;

  /// @throws FileNotFound, RevisionNotFound, CorruptFile, StreamError
  void download_to_stream_by_name(std::string_view filename, std::ostream& destination,
                                  std::int32_t revision = -1) const;

  /// Where download_to() puts bytes: at an offset of the file. They are valid during the call.
  using Sink = std::function<void(std::int64_t offset, std::span<const std::byte> bytes)>;

  /// Hands the whole file to `sink`, without a copy, in any order, from several threads at once unless `parallelism` is
  /// 1. What the sink throws is thrown here; when anything is thrown, the sink is not called any more.
  /// @throws CorruptFile, FileNotFound
  void download_to(const FileInfo& file, const Sink& sink) const;

  /// What download_each() tells of a file: its whole content, valid during the call, or why it cannot be had.
  using Receive =
      std::function<void(std::size_t index, std::span<const std::byte> content, const std::exception_ptr& error)>;

  /// Fetches files of at most max_small_file bytes, the chunks of many with one query. Each is checked as by a
  /// DownloadStream, and told to `receive` once, in any order, from several threads at once unless `parallelism` is 1;
  /// a file that is corrupt or was removed is told with that error, and the others are fetched. Anything else, and what
  /// `receive` throws, is thrown here; the files that were not told by then are not.
  /// @throws ConfigurationError  a file is longer
  void download_each(std::span<const FileInfo> files, const Receive& receive) const;

  /// Removes a file: first its files document, then every chunk of that `_id`, even where there was no such file.
  /// @throws FileNotFound
  void delete_file(const Value& id) const;

  /// Removes files as delete_file() does, many with one message: first their files documents, then their chunks.
  /// An `_id` that occurs twice is not found the second time; one of several that another program removes at the same
  /// moment counts as removed. Where the server cannot be reached or lets nobody in, or
  /// the client is stopped, the ids behind are not tried, and share that error.
  /// @return  for each id null, or what delete_file() would have thrown
  [[nodiscard]] std::vector<std::exception_ptr> delete_files(std::span<const Value> ids) const;

  /// Removes all revisions of a name.
  /// @return  how many
  /// @throws FileNotFound  there was none
  std::int64_t delete_by_name(std::string_view filename) const;

  /// @throws FileNotFound
  void rename(const Value& id, std::string_view new_filename) const;

  /// Renames all revisions of a name.
  /// @return  how many
  /// @throws FileNotFound  there was none
  std::int64_t rename_by_name(std::string_view filename, std::string_view new_filename) const;

  /// Queries the files collection. Nothing is sent before the cursor's first use.
  /// @throws ConfigurationError  a parameter is out of range
  [[nodiscard]] FileCursor find(const Document& filter = {}, const FindOptions& options = {}) const;

  /// The files document of an `_id`.
  /// @throws FileNotFound
  [[nodiscard]] FileInfo find_by_id(const Value& id) const;

  /// The files document of one revision of a name.
  /// @throws FileNotFound, RevisionNotFound
  [[nodiscard]] FileInfo find_by_name(std::string_view filename, std::int32_t revision = -1) const;

  /// @throws CorruptFile  the files document does not say how many chunks there should be
  [[nodiscard]] ChunkSummary chunk_summary(const FileInfo& file) const;

  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] std::int32_t chunk_size_bytes() const noexcept;

  class Impl;
  /// For the library's own use.
  [[nodiscard]] const Impl& impl() const noexcept { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace gridfs
