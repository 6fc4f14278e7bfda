/// What transfers report; they print nothing themselves.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include "gridfs/file_info.hpp"

namespace gridfs::transfer {

/// What a removal has removed.
struct Removed {
  std::optional<Value> id;              // empty: the revisions of a name
  std::optional<std::string> filename;  // empty: the id alone was given
  std::int64_t count = 1;
};

/// Hears of everything that happens during a transfer, always in the thread that called the transfer. A function may
/// throw util::ClosedPipe or util::OutputError, which ends the transfer.
class Listener {
 public:
  virtual ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;

  enum class Flush { later, at_once };

  /// put: a file is stored and acknowledged, and verified where that is wanted.
  /// @param flush  later: others follow at once, then flush()
  virtual void stored(const FileInfo& file, Flush flush) = 0;
  /// put: all files that were on their way together have been reported.
  virtual void flush() = 0;
  /// get: a local file is there, whole and on disk.
  virtual void written(const FileInfo& file, const std::string& path) = 0;
  /// rm: the server has acknowledged a removal.
  virtual void removed(const Removed& removed) = 0;
  /// A dry run: what would be done, such as `remove file 42`.
  virtual void would(const std::string& action) = 0;
  /// Something below an operand cannot be transferred, and that is no failure, such as a socket.
  virtual void skipped(const std::string& what, const std::string& reason) = 0;
  /// Details for those who want to know more.
  virtual void note(const std::string& message) = 0;
  /// Something that endangers data, and must not be missed.
  virtual void data_warning(const std::string& message) = 0;
  /// What is behind the failure that failed() reports next.
  virtual void failing(const std::string& message) = 0;
  /// An operand, or a file below one, has failed; the transfer goes on with others if that makes sense.
  /// @param operand  empty: not a single one
  virtual void failed(const std::exception& failure, const std::string& operand) = 0;

 protected:
  Listener() = default;
};

}  // namespace gridfs::transfer
