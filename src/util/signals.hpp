/// SIGINT, SIGTERM and SIGHUP as a stop token.
#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

#include "util/unique_fd.hpp"

namespace gridfs::util {

/// From its making on, the first of SIGINT, SIGTERM and SIGHUP requests a stop, and a second one ends the process at
/// once, as that signal does by default. SIGPIPE and SIGXFSZ are ignored: who writes to a closed
/// pipe gets EPIPE, and beyond the limit of file sizes EFBIG. A signal that was
/// ignored when the program started (nohup) stays ignored. Make one, before any
/// other thread, and destroy it in the thread that made it. Programs that are started meanwhile inherit all this,
/// unless it is taken back for them.
class SignalWatcher {
 public:
  SignalWatcher();
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;
  SignalWatcher(SignalWatcher&&) = delete;
  SignalWatcher& operator=(SignalWatcher&&) = delete;

  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }

  /// The signal that came, 0 if none did.
  [[nodiscard]] int received() const noexcept;

 private:
  void watch(const std::stop_token& stop);

  std::stop_source source_;
  std::atomic<int> received_ = 0;
  UniqueFd descriptor_;
  sigset_t mask_{};                  // as it was before
  struct sigaction pipe_action_ {};  // as they were before
  struct sigaction file_size_action_ {};
  std::jthread thread_;
};

/// Ends the process by that signal, as if it had never been caught, so that a shell sees 128 + N.
[[noreturn]] void end_by_signal(int signal) noexcept;

}  // namespace gridfs::util
