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

#include "gridfs/batch_upload.hpp"
#include "gridfs/bucket_options.hpp"
#include "gridfs/chunk_summary.hpp"
#include "gridfs/client.hpp"
#include "gridfs/document.hpp"
#include "gridfs/download_stream.hpp"
#include "gridfs/error.hpp"
#include "gridfs/export.hpp"
#include "gridfs/file_cursor.hpp"
#include "gridfs/file_info.hpp"
#include "gridfs/upload_stream.hpp"

namespace gridfs {

/// A GridFS bucket. Thread-safe. Copies are cheap. The client must outlive it, and its streams and cursors, which may
/// outlive the bucket.
///
/// Every operation may throw ConnectionError, AuthenticationError, ServerError and Stopped in addition to what it
/// documents. New filenames must be UTF-8 without NUL, chunk sizes in their range, and a files document that is stored
/// at most 16 MiB with its metadata, else ConfigurationError.
class GRIDFS_EXPORT Bucket {
 public:
  /// @throws ConfigurationError  invalid name, chunk size out of range, or unacknowledged write concern
  Bucket(Client& client, std::string_view database, BucketOptions options = {});

  /// Opens a stream for a new file. The first upload to an empty bucket creates the indexes that the specification
  /// requires.
  [[nodiscard]] UploadStream open_upload_stream(std::string_view filename, const UploadOptions& options = {}) const;

  /// @throws FileExists  a file has that `_id`
  [[nodiscard]] UploadStream open_upload_stream_with_id(const Value& id, std::string_view filename,
                                                        const UploadOptions& options = {}) const;

  /// Uploads `source` to its end, or all of `content`.
  /// @return  the `_id` of the new file
  /// @throws StreamError  reading the source failed; nothing is stored
  Value upload_from_stream(std::string_view filename, std::istream& source, const UploadOptions& options = {}) const;
  Value upload_from_stream(std::string_view filename, std::string_view content,
                           const UploadOptions& options = {}) const;

  /// @throws FileExists, StreamError
  void upload_from_stream_with_id(const Value& id, std::string_view filename, std::istream& source,
                                  const UploadOptions& options = {}) const;
  void upload_from_stream_with_id(const Value& id, std::string_view filename, std::string_view content,
                                  const UploadOptions& options = {}) const;

  /// Starts a batch upload of many small files.
  /// @param callback  called with the outcome of each file
  [[nodiscard]] BatchUpload open_batch_upload(BatchUpload::Callback callback) const;

  /// @throws FileNotFound, CorruptFile
  [[nodiscard]] DownloadStream open_download_stream(const Value& id) const;

  /// @param revision  0 is the oldest, 1 the next; -1 the newest, -2 the one before it
  /// @throws FileNotFound, RevisionNotFound, CorruptFile
  [[nodiscard]] DownloadStream open_download_stream_by_name(std::string_view filename,
                                                            std::int32_t revision = -1) const;

  /// Opens a stream for a files document returned by find().
  /// @throws CorruptFile
  [[nodiscard]] DownloadStream open_download_stream(const FileInfo& file) const;

  /// Writes the whole file to `destination`.
  /// @throws FileNotFound, CorruptFile
  /// @throws StreamError  writing failed; part of the file may have been written
  void download_to_stream(const Value& id, std::ostream& destination) const;

  /// @throws FileNotFound, RevisionNotFound, CorruptFile, StreamError
  void download_to_stream_by_name(std::string_view filename, std::ostream& destination,
                                  std::int32_t revision = -1) const;

  /// Receives the content of a file, valid during the call, or the error.
  using Receive =
      std::function<void(std::size_t index, std::span<const std::byte> content, const std::exception_ptr& error)>;

  /// Downloads files of at most max_small_file bytes, the chunks of many with one query. Each file is verified as by a
  /// DownloadStream and passed to `receive` once, in any order, and from several threads at once unless `parallelism`
  /// is 1. A file that is corrupt or was removed is passed with that error, and the others are downloaded. Any other
  /// error, or an exception of `receive`, is thrown; the files not passed by then are skipped.
  /// @throws ConfigurationError  a file is too large
  void download_each(std::span<const FileInfo> files, const Receive& receive) const;

  /// Removes a file: first its files document, then all chunks of that `_id`, even if there was no such file.
  /// @throws FileNotFound
  void delete_file(const Value& id) const;

  /// Removes files like delete_file(), many with one message: first their files documents, then their chunks. An `_id`
  /// that occurs twice is not found the second time; a file that another program removes at the same moment counts as
  /// removed. After a connection or authentication error, or a stop, the remaining ids are not tried and have the same
  /// error.
  /// @return  for each id null, or the exception that delete_file() would have thrown
  [[nodiscard]] std::vector<std::exception_ptr> delete_files(std::span<const Value> ids) const;

  /// Removes all revisions of a name, and returns how many there were.
  /// @throws FileNotFound
  std::int64_t delete_by_name(std::string_view filename) const;

  /// @throws FileNotFound
  void rename(const Value& id, std::string_view new_filename) const;

  /// Renames all revisions of a name.
  /// @return  the number of files renamed
  /// @throws FileNotFound
  std::int64_t rename_by_name(std::string_view filename, std::string_view new_filename) const;

  /// Changes fields of the metadata (null is none), all by one update. A path such as `address.city` is a nested field.
  /// @param set    the new values, by paths
  /// @param unset  the paths of the fields to remove
  /// @throws FileNotFound
  /// @throws ConfigurationError  there is nothing to change, or a path is not valid
  /// @throws ServerError         also if the files document would become larger than 16 MiB
  void update_metadata(const Value& id, const Document& set, std::span<const std::string> unset = {}) const;

  /// Replaces all metadata.
  /// @throws FileNotFound
  /// @throws ServerError  also if the files document would become larger than 16 MiB
  void replace_metadata(const Value& id, const Document& metadata) const;

  /// Queries the files collection. The query is sent when the cursor is first used.
  /// @throws ConfigurationError  a parameter is out of range
  [[nodiscard]] FileCursor find(const Document& filter = {}, const FindOptions& options = {}) const;

  /// The files document of an `_id`.
  /// @throws FileNotFound
  [[nodiscard]] FileInfo find_by_id(const Value& id) const;

  /// The files document of one revision of a name.
  /// @throws FileNotFound, RevisionNotFound
  [[nodiscard]] FileInfo find_by_name(std::string_view filename, std::int32_t revision = -1) const;

  /// @throws CorruptFile  the files document has no valid length or chunk size
  [[nodiscard]] ChunkSummary chunk_summary(const FileInfo& file) const;

  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] std::int32_t chunk_size_bytes() const noexcept;

  class Impl;

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace gridfs
