/// Shell commands whose output is read.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <sys/types.h>

#include "util/process/process_end.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// Runs `/bin/sh -c command` with the original handling of signals, /dev/null as its standard input, and this process's
/// standard error. Destroyed, or at the end of this process, before finish() has returned, it ends the command: by
/// SIGTERM, after a second by SIGKILL, and with it what it has started. Not thread-safe.
class ShellCommand {
 public:
  /// @param shown  what messages begin with; the command itself is not in them: it may hold a secret
  ShellCommand(std::string command, std::string shown) : command_(std::move(command)), shown_(std::move(shown)) {}
  ~ShellCommand();
  ShellCommand(const ShellCommand&) = delete;
  ShellCommand& operator=(const ShellCommand&) = delete;
  ShellCommand(ShellCommand&&) = delete;
  ShellCommand& operator=(ShellCommand&&) = delete;

  /// To be called once.
  /// @return  what its standard output can be read from
  /// @throws LocalError  it could not be run
  [[nodiscard]] UniqueFd start();

  /// Waits for its end; to be called when its output has ended.
  /// @throws LocalError   it has failed
  /// @throws Interrupted  the stop token was triggered
  void finish(const std::stop_token& stop);

 private:
  void end() const noexcept;
  void send(int signal) const noexcept;
  int reap() noexcept;

  std::string command_;
  std::string shown_;
  pid_t pid_ = -1;            // while it runs
  bool leads_group_ = false;  // a process group of its own, which is then ended with it
  std::optional<EndAction> end_at_end_;
};

}  // namespace gridfs::util
