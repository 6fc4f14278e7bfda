#include "util/process/signals.hpp"

#include <cerrno>
#include <system_error>

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace gridfs::util {

namespace {

// Those that the process does not ignore.
sigset_t signals_to_watch() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) sigaddset(&signals, signal);
  }
  return signals;
}

}  // namespace

SignalDescriptor::SignalDescriptor() {
  const sigset_t signals = signals_to_watch();
  descriptor_ = UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor_) throw std::system_error(errno, std::generic_category(), "signalfd");
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &pipe_action_);
  ::sigaction(SIGXFSZ, &ignore, &file_size_action_);
  ::pthread_sigmask(SIG_BLOCK, &signals, &mask_);
}

SignalDescriptor::~SignalDescriptor() {
  ::sigaction(SIGPIPE, &pipe_action_, nullptr);
  ::sigaction(SIGXFSZ, &file_size_action_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

int SignalDescriptor::next() const noexcept {
  signalfd_siginfo information{};
  const bool came = ::read(descriptor_.get(), &information, sizeof information) == sizeof information;
  return came ? static_cast<int>(information.ssi_signo) : 0;
}

void end_by_signal(int signal) noexcept {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  static_cast<void>(::raise(signal));
  constexpr int shell_offset = 128;
  ::_exit(shell_offset + signal);
}

}  // namespace gridfs::util
