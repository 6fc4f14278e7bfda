/// Many small files made durable together.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "util/fs/file_io.hpp"
#include "util/fs/output_file.hpp"

namespace gridfs::util {

/// Files that are written, but not committed yet: each waits for the disk, and many that wait at once take little
/// longer than one. Files that were added when it is destroyed leave nothing behind. Thread-safe.
class CommitGroup {
 public:
  /// Receives the outcome of one file, in the thread that commits it. Must not throw.
  /// @param error  null: it is in its place
  using Callback = std::function<void(const std::exception_ptr& error)>;

  /// @param sync  flushes the directories of the files
  explicit CommitGroup(SyncDirectory sync) : sync_(std::move(sync)) {}

  /// Adds a file, whose descriptor stays open. If that makes too many, all are committed, by this thread.
  void add(std::unique_ptr<OutputFile> file, Callback callback);

  /// Commits those that were added.
  void commit();

 private:
  using Pending = std::vector<std::pair<std::unique_ptr<OutputFile>, Callback>>;

  void commit(Pending pending) const;

  SyncDirectory sync_;
  std::mutex mutex_;
  Pending pending_;
};

}  // namespace gridfs::util
