/// A local file that appears whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "util/sync.hpp"
#include "util/unique_fd.hpp"

namespace gridfs::util {

/// Where a file is to be put: a name in a directory that is open, so that nothing between them can be exchanged.
struct Target {
  UniqueFd directory;
  std::string name;
  /// As the user knows it, for messages.
  std::string shown;
};

/// The target of a path that the user gave; symbolic links in it are followed, as anywhere.
/// @throws LocalError  its directory cannot be opened
Target target_of_path(const std::string& path);

/// The target of a stored name below a directory. Directories that are missing are made; one that is a symbolic link is
/// refused, for it may lead out.
/// @param root  "" is the current directory; otherwise made if it is missing (the user's own path: links are followed)
/// @param name  must be safe (unsafe_name_reason)
/// @param sync  is called for each directory in which one was made
/// @throws LocalError
Target target_below(const std::string& root, const std::string& name, const SyncDirectory& sync = sync_directory);

/// Bytes go to a temporary file beside the target, which commit() makes durable and puts in its place. Destroyed
/// without commit(), it leaves nothing behind. A target that is a device, a FIFO or a socket is written as it is.
/// Not safe to share between threads, but for write_at().
class OutputFile {
 public:
  enum class Existing { refuse, replace };

  /// @throws LocalError  EEXIST: there is a file, and `existing` is refuse; EISDIR, EACCES, …
  OutputFile(Target target, Existing existing);

  /// With a temporary file of a name that the caller chooses, which may be there already: its bytes are kept, and
  /// others that open it meanwhile are refused. A target that is written in place has no temporary file.
  /// @throws LocalError  as above; EBUSY: another one has opened it
  OutputFile(Target target, Existing existing, std::string temporary_name);
  ~OutputFile();
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Appends. @throws LocalError  ENOSPC, …
  void write(std::span<const std::byte> bytes);

  /// Writes at an offset; from several threads at once if they like.
  void write_at(std::int64_t offset, std::span<const std::byte> bytes);

  /// Whether write_at() may be used: the target is not written as it is.
  [[nodiscard]] bool seekable() const noexcept;

  /// The temporary file, for reading what is there and for cutting it; -1 if there is none.
  [[nodiscard]] int temporary_file() const noexcept { return seekable() ? file_.get() : -1; }

  /// Leaves the temporary file where it is.
  void keep() noexcept { temporary_.clear(); }

  [[nodiscard]] const Target& target() const noexcept { return target_; }

  /// Sets the time of last modification, in milliseconds since the epoch; after the last write. Does nothing to a
  /// target that is written as it is.
  void set_modified(std::int64_t milliseconds);

  /// Flushes to disk, then puts the file in its place, then flushes the directory. With Existing::refuse, a file that
  /// has appeared there meanwhile is left alone.
  /// @param sync  flushes the directory
  /// @throws LocalError  as the constructor, or the disk failed
  void commit(const SyncDirectory& sync = sync_directory);

 private:
  /// Opens a target that is written in place; false if a temporary file is wanted.
  bool opened_in_place();

  Target target_;
  Existing existing_;
  UniqueFd file_;
  std::string temporary_;  // its name in the target's directory; empty: written in place, or committed
};

}  // namespace gridfs::util
