/// Fetching one stored file.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <span>
#include <utility>

#include "gridfs/bucket.hpp"

#include "transfer/get/get.hpp"
#include "transfer/get/local_target.hpp"
#include "util/fs/sync.hpp"

namespace gridfs::transfer {

/// Calls `write` with the parts of the content in turn. When all has been written, its checksum is compared, if one is
/// stored.
/// @throws CorruptFile, FileNotFound, ConnectionError, …, and what `write` throws
void download(const Bucket& bucket, const FileInfo& file, const std::function<void(std::span<const std::byte>)>& write);

/// Fetches files to local ones, each of which appears only when all of it is there, and its checksum is right if one is
/// stored.
class FileGetter {
 public:
  /// All must outlive it.
  /// @param sync  flushes the directory of a file that is there
  FileGetter(const Bucket& bucket, const GetSettings& settings, Listener& listener,
             util::SyncDirectory sync = util::sync_directory)
      : bucket_(bucket), settings_(settings), listener_(listener), sync_(std::move(sync)) {}

  /// Finds out before a file is fetched what can be known of it.
  /// @throws Error             a checksum is required, and none is stored
  /// @throws util::LocalError  EEXIST: something is there that must not be replaced
  void check(const FileInfo& file, const LocalTarget& target) const;

  /// Where the newest revision of a name is wanted, and fetching it fails because it was removed or replaced meanwhile,
  /// which is what put --replace does to it, the newest one is looked up and fetched instead, three times at most.
  /// @param file    afterwards, the one that was fetched last
  /// @param failed  how it has failed already; null if it has not been tried
  /// @throws util::LocalError, CorruptFile, FileNotFound, ConnectionError, …
  void get(FileInfo& file, const LocalTarget& target, std::exception_ptr failed = nullptr) const;

  /// Writes a file whose content is here already. May be called from several threads at once.
  /// @throws util::LocalError, CorruptFile
  void write(const FileInfo& file, std::span<const std::byte> content, const LocalTarget& target) const;

 private:
  [[nodiscard]] bool is_unchanged(const FileInfo& file) const;
  void get_this(const FileInfo& file, const LocalTarget& target) const;
  void resume(const FileInfo& file, const LocalTarget& target) const;
  void finish(const FileInfo& file, util::OutputFile& output) const;

  const Bucket& bucket_;
  const GetSettings& settings_;
  Listener& listener_;
  util::SyncDirectory sync_;
};

}  // namespace gridfs::transfer
