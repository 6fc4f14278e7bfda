#include "cli/stop_limits.hpp"

#include <chrono>
#include <csignal>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/unique_fd.hpp"

using namespace gridfs::cli;
using namespace gridfs::test;
using gridfs::util::SignalWatcher;
using gridfs::util::UniqueFd;

namespace {

// Both ends of a connection of this process to itself.
struct Loop {
  UniqueFd near;
  UniqueFd far;
};

Loop connected() {
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  Loop loop;
  loop.near = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const bool is_connected = ::bind(listener.get(), plain, length) == 0 && ::listen(listener.get(), 1) == 0 &&
                            ::getsockname(listener.get(), plain, &length) == 0 &&
                            ::connect(loop.near.get(), plain, length) == 0;
  if (is_connected) loop.far = UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  return loop;
}

}  // namespace

TEST_CASE("a signal that came before the limits were watched wakes who waits for a server", "[cli][signals]") {
  const int status = status_of_child([] {
    const SignalWatcher signals;
    const Loop loop = connected();
    if (loop.far.get() < 0) return 1;
    ::kill(::getpid(), SIGTERM);
    while (!signals.token().stop_requested()) std::this_thread::yield();
    const StopLimits limits(signals);
    pollfd near{loop.near.get(), POLLIN, 0};
    constexpr std::chrono::milliseconds well_over_a_second{9'000};
    if (::poll(&near, 1, static_cast<int>(well_over_a_second.count())) != 1) ::_exit(2);
    return 0;
  });
  CHECK(status == 0);
}
