/// The reports of transfers, which print nothing themselves.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include "gridfs/file_info.hpp"

namespace gridfs::transfer {

/// A removal.
struct Removed {
  std::optional<Value> id;              // empty: the revisions of a name
  std::optional<std::string> filename;  // empty: the id alone was given
  std::int64_t count = 1;
};

/// Receives everything that happens during a transfer, in the thread that called the transfer, but for started(). A
/// function may throw util::ClosedPipe or util::OutputError, which ends the transfer.
class Listener {
 public:
  virtual ~Listener() = default;

  /// The transfer of a file begins, or another part of it. Called from any thread, and throws nothing.
  /// @param size  how many bytes are transferred for it alone; empty: not known, or it is transferred with others
  virtual void started(const std::string& name, std::optional<std::int64_t> size) = 0;
  /// A file needs no transfer: it is there already.
  virtual void unchanged() = 0;
  /// put: a file is stored and acknowledged, and verified where that is wanted. Others may follow, then flush().
  virtual void stored(const FileInfo& file) = 0;
  virtual void flush() = 0;
  /// get: a local file is complete and on disk.
  virtual void written(const FileInfo& file, const std::string& path) = 0;
  /// rm: the server has acknowledged a removal.
  virtual void removed(const Removed& removed) = 0;
  /// sync: a local file is removed.
  virtual void removed_local(const std::string& path) = 0;
  /// A dry run: what would be done, such as `remove file 42`.
  virtual void would(const std::string& action) = 0;
  /// Something below an operand is not transferred, which is not a failure, such as a socket.
  virtual void skipped(const std::string& what, const std::string& reason) = 0;
  /// Details, for --verbose.
  virtual void note(const std::string& message) = 0;
  /// A warning about data, which must not be missed.
  virtual void data_warning(const std::string& message) = 0;
  /// The context of the failure that failed() reports next.
  virtual void failing(const std::string& message) = 0;
  /// An operand, or a file below one, has failed.
  /// @param operand  empty: not a single one
  virtual void failed(const std::exception& failure, const std::string& operand) = 0;
};

}  // namespace gridfs::transfer
