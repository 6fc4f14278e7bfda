#include "util/process/signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"

using namespace gridfs::util;
using namespace gridfs::test;

namespace {

// The next signal that comes, or 0 after half a minute.
int wait_for(const SignalDescriptor& signals) {
  pollfd readable{signals.get(), POLLIN, 0};
  ::poll(&readable, 1, 30'000);
  return signals.next();
}

void send(int signal) { ::kill(::getpid(), signal); }

bool ended_by(int status, int signal) { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }

}  // namespace

TEST_CASE("signals wait to be read", "[util][signals]") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    const int status = status_of_child([=] {
      const SignalDescriptor signals;
      if (signals.next() != 0) return 1;
      send(signal);
      if (wait_for(signals) != signal) return 2;
      return signals.next() == 0 ? 0 : 3;
    });
    CHECK(status == 0);
  }
}

TEST_CASE("a signal that was ignored at the start stays ignored", "[util][signals]") {
  const int status = status_of_child([] {
    std::signal(SIGHUP, SIG_IGN);
    const SignalDescriptor signals;
    send(SIGHUP);
    send(SIGTERM);
    return wait_for(signals) == SIGTERM && signals.next() == 0 ? 0 : 1;
  });
  CHECK(status == 0);
}

TEST_CASE("a write to a closed pipe fails and does not end the process", "[util][signals]") {
  const int status = status_of_child([] {
    const SignalDescriptor signals;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return 1;
    ::close(ends[0]);
    return ::write(ends[1], "x", 1) < 0 && errno == EPIPE ? 0 : 2;
  });
  CHECK(status == 0);
}

TEST_CASE("signals are left as they were found", "[util][signals]") {
  const auto blocked = [] {
    sigset_t mask;
    sigemptyset(&mask);
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return std::array{sigismember(&mask, SIGINT), sigismember(&mask, SIGTERM), sigismember(&mask, SIGHUP)};
  };
  const auto pipe_handler = [] {
    struct sigaction action {};
    ::sigaction(SIGPIPE, nullptr, &action);
    return action.sa_handler;
  };
  const int status = status_of_child([&] {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGHUP, SIG_DFL);
    std::signal(SIGPIPE, SIG_DFL);
    {
      const SignalDescriptor signals;
      if (blocked() != std::array{1, 1, 1} || pipe_handler() != SIG_IGN) return 1;
    }
    if (blocked() != std::array{0, 0, 0} || pipe_handler() != SIG_DFL) return 2;
    send(SIGTERM);
    return 3;
  });
  CHECK(ended_by(status, SIGTERM));
}

TEST_CASE("ending by a signal looks as if it had never been caught", "[util][signals]") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    const int status = status_of_child([=]() -> int {
      const SignalDescriptor signals;
      end_by_signal(signal);
    });
    CHECK(ended_by(status, signal));
  }
}
