/// Writing to pipes, terminals and sockets.
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <string>

#include <sys/types.h>

#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Writes to a descriptor whose reader may be slow; a stop request ends the waiting. The flags of the descriptor are
/// not changed, since other programs may share it. Not safe to share between threads.
class StreamWriter {
 public:
  /// @param fd  must stay open as long as it lives
  StreamWriter(int fd, std::string shown);

  /// Writes all of it. What can be written at once is written even if a stop has been requested.
  /// @throws LocalError   EPIPE: the reader has closed it; ENOSPC, …
  /// @throws Interrupted  a stop was requested, before or while waiting for the reader
  void write(std::span<const std::byte> bytes, const std::stop_token& stop);

 private:
  enum class Kind { plain, socket, blocking };

  [[nodiscard]] ssize_t write_some(std::span<const std::byte> bytes) const;

  UniqueFd reopened_;
  int fd_;
  std::string shown_;
  Kind kind_ = Kind::plain;
};

}  // namespace gridfs::util
