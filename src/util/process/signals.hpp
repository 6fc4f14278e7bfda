/// Signals as something to be read.
#pragma once

#include <csignal>

#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// From its making on SIGINT, SIGTERM, SIGHUP and SIGUSR1 wait in a descriptor, and SIGPIPE and SIGXFSZ are ignored:
/// writing to a closed pipe fails with EPIPE, and beyond the limit of file sizes with EFBIG. A signal that was ignored
/// when the program started (nohup) stays ignored. Make one, before any other thread, and destroy it in the thread that
/// made it. Programs that are started meanwhile inherit all this, unless it is undone for them.
class SignalDescriptor {
 public:
  SignalDescriptor();
  ~SignalDescriptor();

  /// Readable when a signal has come.
  [[nodiscard]] int get() const noexcept { return descriptor_.get(); }

  /// The next signal that has come; 0 if none has.
  [[nodiscard]] int next() const noexcept;

 private:
  UniqueFd descriptor_;
  sigset_t mask_{};                  // as it was before
  struct sigaction pipe_action_ {};  // as they were before
  struct sigaction file_size_action_ {};
};

/// Ends the process by that signal, as if it had never been caught, so that a shell sees 128 + N.
[[noreturn]] void end_by_signal(int signal) noexcept;

}  // namespace gridfs::util
