/// Many small files made durable together.
#pragma once

#include <condition_variable>
#include <cstddef>
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
  explicit CommitGroup(SyncDirectory sync);

  /// Adds a file, which stays open: as many as an eighth of the descriptors that the process may have. If that makes
  /// too many, they are committed, by this thread, or it waits for the thread that commits them.
  void add(std::unique_ptr<OutputFile> file, Callback callback);

  /// Commits those that were added.
  void commit();

 private:
  using Pending = std::vector<std::pair<std::unique_ptr<OutputFile>, Callback>>;

  void commit(Pending pending);

  SyncDirectory sync_;
  std::size_t most_open_;
  std::mutex mutex_;
  std::condition_variable closed_;
  Pending pending_;
  std::size_t open_ = 0;  // with those that are being committed
};

}  // namespace gridfs::util
