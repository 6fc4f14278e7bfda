#include "util/signals.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <future>

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"

using namespace gridfs::util;
using namespace gridfs::test;

namespace {

bool comes_to_stop(const std::stop_token& token) {
  std::promise<void> stopped;
  const std::stop_callback callback(token, [&] { stopped.set_value(); });
  return stopped.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready;
}

void send(int signal) { ::kill(::getpid(), signal); }

bool ended_by(int status, int signal) { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }

}  // namespace

TEST_CASE("the first signal requests a stop", "[util][signals]") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const int status = status_of_child([=] {
      const SignalWatcher watcher;
      if (watcher.received() != 0 || watcher.token().stop_requested()) return 1;
      send(signal);
      if (!comes_to_stop(watcher.token())) return 2;
      return watcher.received() == signal ? 0 : 3;
    });
    CHECK(status == 0);
  }
}

TEST_CASE("a second signal ends the process at once", "[util][signals]") {
  for (const int second : {SIGINT, SIGTERM, SIGHUP}) {
    const int status = status_of_child([=] {
      const SignalWatcher watcher;
      send(SIGINT);
      if (!comes_to_stop(watcher.token())) return 1;
      send(second);
      for (;;) ::pause();
    });
    CHECK(ended_by(status, second));
  }
}

TEST_CASE("a signal that was ignored at the start stays ignored", "[util][signals]") {
  const int status = status_of_child([] {
    std::signal(SIGHUP, SIG_IGN);
    const SignalWatcher watcher;
    send(SIGHUP);
    send(SIGTERM);
    if (!comes_to_stop(watcher.token())) return 1;
    return watcher.received() == SIGTERM ? 0 : 2;
  });
  CHECK(status == 0);
}

TEST_CASE("a write to a closed pipe fails and kills nobody", "[util][signals]") {
  const int status = status_of_child([] {
    const SignalWatcher watcher;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return 1;
    ::close(ends[0]);
    return ::write(ends[1], "x", 1) < 0 && errno == EPIPE ? 0 : 2;
  });
  CHECK(status == 0);
}

TEST_CASE("the watcher leaves signals as it found them", "[util][signals]") {
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
      const SignalWatcher watcher;
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
      const SignalWatcher watcher;
      end_by_signal(signal);
    });
    CHECK(ended_by(status, signal));
  }
}
