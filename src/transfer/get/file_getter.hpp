/// Fetching one stored file.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <sys/stat.h>

#include "gridfs/bucket.hpp"

#include "transfer/get/get.hpp"
#include "transfer/get/local_target.hpp"
#include "util/fs/file_io.hpp"
#include "util/process/rate_limit.hpp"

namespace gridfs::transfer {

/// Calls `write` with the parts of the content in turn, and compares a stored checksum at the end.
/// @throws CorruptFile, FileNotFound, ConnectionError, …, and what `write` throws
void download(const Bucket& bucket, const FileInfo& file, const std::function<void(std::span<const std::byte>)>& write);

/// Fetches files to local ones, each of which appears only when it is complete, and has the stored checksum if there is
/// one.
class FileGetter {
 public:
  /// All must outlive it.
  /// @param sync  flushes the directory of a complete file
  FileGetter(const Bucket& bucket, const GetSettings& settings, Listener& listener,
             util::SyncDirectory sync = util::sync_directory)
      : bucket_(bucket),
        settings_(settings),
        listener_(listener),
        sync_(settings.sync ? std::move(sync) : no_sync),
        limit_(settings.bytes_per_second) {}

  /// Flushes the directory of a complete file, unless the settings say that nothing is flushed.
  [[nodiscard]] const util::SyncDirectory& sync_directory() const noexcept { return sync_; }

  /// Whether the target is the same already, and is to be skipped then.
  /// @throws CorruptFile, util::LocalError, util::Interrupted
  [[nodiscard]] bool skips(const FileInfo& file, const LocalTarget& target) const;

  /// Finds errors that are known before the file is fetched; for a dry run, all that is in the way of the target.
  /// @throws Error             a checksum is required, and none is stored
  /// @throws util::LocalError  as util::OutputFile
  void check(const FileInfo& file, const LocalTarget& target) const;

  /// If the newest revision of a name is wanted, and was removed or replaced meanwhile, as put --replace does, the
  /// newest one is looked up and fetched instead, three times at most.
  /// @param file    afterwards, the one that was fetched last
  /// @param failed  the error of an earlier attempt, or null
  /// @throws util::LocalError, CorruptFile, FileNotFound, ConnectionError, …
  void get(FileInfo& file, const LocalTarget& target, std::exception_ptr failed = nullptr) const;

  /// Reports a file that is complete.
  void report(const FileInfo& file, const LocalTarget& target) const;

  /// Writes a file that was fetched already, and leaves it to the caller to commit it. May be called from several
  /// threads at once.
  /// @throws util::LocalError, CorruptFile
  [[nodiscard]] std::unique_ptr<util::OutputFile> write(const FileInfo& file, std::span<const std::byte> content,
                                                        const LocalTarget& target) const;

 private:
  static void no_sync(const util::UniqueFd& /*directory*/, const std::string& /*shown*/) {}
  [[nodiscard]] bool is_same(const FileInfo& file, const std::string& path) const;
  [[nodiscard]] bool is_unchanged(const FileInfo& file) const;
  void warn_of_time(const FileInfo& file, const std::string& path) const;
  [[nodiscard]] std::optional<mode_t> mode_of(const FileInfo& file) const;
  void get_this(const FileInfo& file, const LocalTarget& target) const;
  void resume(const FileInfo& file, const LocalTarget& target) const;
  template <typename Output>
  void write(std::span<const std::byte> bytes, Output& output) const;
  void prepare(const FileInfo& file, util::OutputFile& output) const;

  const Bucket& bucket_;
  const GetSettings& settings_;
  Listener& listener_;
  util::SyncDirectory sync_;
  mutable util::RateLimit limit_;
};

}  // namespace gridfs::transfer
