/// A local file that appears complete or not at all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include <sys/stat.h>

#include "util/fs/file_io.hpp"
#include "util/fs/stream_writer.hpp"
#include "util/fs/target.hpp"
#include "util/process/process_end.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Bytes go to a temporary file beside the target, which commit() makes durable and puts in its place, with the mode of
/// the file that it replaces. One that is to get a mode is its user's alone until then. Destroyed without commit(), it
/// leaves nothing behind, and neither does a process that ends with EndAction::run_all(). A target that is a device, a
/// FIFO or a socket is written as it is.
///
/// With Existing::replace, a file that can only be written where it is, is: from the first byte on where its directory
/// takes no temporary file, else by commit() where it cannot be renamed over (it is a mount point, or its directory
/// lets only its owner do so). What fails then leaves a part; commit() leaves the temporary file, too.
///
/// Not safe to share between threads.
class OutputFile {
 public:
  enum class Existing { refuse, replace };

  /// @param stop  ends the waiting for the reader of a FIFO
  /// @param mode  of the complete file, but not of a device, a FIFO or a socket; empty: as above, or what the umask
  ///              leaves
  /// @throws TargetExists  there is a file, and `existing` is refuse
  /// @throws LocalError    EISDIR, EACCES, …
  /// @throws Interrupted
  OutputFile(Target target, Existing existing, std::stop_token stop = {}, std::optional<mode_t> mode = {});

  /// With a temporary file of the given name, which may exist already: its bytes are kept, and it is locked until it
  /// has its final name. A target that is written in place has no temporary file.
  /// @throws LocalError  as above; EBUSY: it is locked
  OutputFile(Target target, Existing existing, std::string temporary_name, std::stop_token stop = {},
             std::optional<mode_t> mode = {});
  ~OutputFile();

  /// Finds what is there, as the constructors do.
  /// @throws TargetExists, LocalError  as they do
  static ExistingFile find(const Target& target, Existing existing);

  /// Appends. @throws LocalError  ENOSPC, …
  void write(std::span<const std::byte> bytes);

  /// The temporary file, for reading and truncating it; -1 if there is none.
  [[nodiscard]] int temporary_file() const noexcept { return temporary_.empty() ? -1 : file_.get(); }

  /// Leaves the temporary file where it is.
  void keep() noexcept;

  [[nodiscard]] const Target& target() const noexcept { return target_; }

  /// Sets the time of last modification, in milliseconds since the epoch; after the last write. Does nothing to a
  /// device, a FIFO or a socket, nor to another user's file.
  void set_modified(std::int64_t milliseconds);

  /// Flushes to disk what was written; the last call before commit(), which does it where this was not called. May be
  /// called in another thread.
  /// @throws LocalError  the disk failed
  void sync();

  /// Leaves it to the system when the file reaches the disk: a power failure may take it, or leave a part under its
  /// name.
  void skip_sync() noexcept { synced_ = true; }

  /// Flushes to disk, then puts the file in its place, then flushes the directory. With Existing::refuse, a file that
  /// has appeared there meanwhile is left alone.
  /// @param sync  flushes the directory
  /// @throws LocalError  as the constructor, or the disk failed
  void commit(const SyncDirectory& sync = sync_directory);

 private:
  void open(const std::function<void(mode_t first_mode)>& open_temporary);
  void begin_overwriting();
  void put_in_place();
  void overwrite_with_temporary();
  void set_times(int file);
  void set_mode();

  Target target_;
  Existing existing_;
  std::stop_token stop_;
  ExistingFile found_;
  UniqueFd file_;
  std::string temporary_;  // its name in the target's directory; empty: written in place, or committed
  bool locked_ = false;
  std::optional<StreamWriter> writer_;  // for a stream
  std::optional<std::array<timespec, 2>> times_;
  std::optional<mode_t> mode_;
  bool truncated_ = false;
  bool synced_ = false;
  std::size_t not_begun_ = 0;  // bytes whose way to the disk has not begun
  std::optional<EndAction> unlink_at_end_;
};

}  // namespace gridfs::util
