#include "util/connections.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/pause.hpp"

namespace gridfs::util {

namespace {

int socket_option(int descriptor, int option) noexcept {
  int value = -1;
  socklen_t length = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

// One that is still waiting for its peer to take it is meant as well.
bool is_network_stream(int descriptor) noexcept {
  if (socket_option(descriptor, SO_TYPE) != SOCK_STREAM) return false;
  const int domain = socket_option(descriptor, SO_DOMAIN);
  return domain == AF_INET || domain == AF_INET6;
}

// The sockets of this process but for standard input, output and error.
std::vector<int> sockets() {
  std::vector<int> found;
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (descriptor > STDERR_FILENO && socket_option(descriptor, SO_TYPE) >= 0) found.push_back(descriptor);
  }
  return found;
}

void shut_down_lookups() {
  const auto all = sockets();
  if (std::any_of(all.begin(), all.end(), is_network_stream)) return;
  for (const int descriptor : all) {
    if (socket_option(descriptor, SO_TYPE) != SOCK_DGRAM) continue;
    // As long as it does not block, one that is shut down says EAGAIN, and the lookup waits on.
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
    ::shutdown(descriptor, SHUT_RDWR);
  }
}

// Whether there was any.
bool shut_down_connections() {
  bool any = false;
  for (const int descriptor : sockets()) {
    if (!is_network_stream(descriptor)) continue;
    any = true;
    ::shutdown(descriptor, SHUT_RDWR);
  }
  return any;
}

}  // namespace

bool end_waiting_for_servers(std::chrono::milliseconds time, const std::stop_token& until) {
  constexpr std::chrono::milliseconds step{100};
  const bool has_address = shut_down_connections();
  for (; time > std::chrono::milliseconds(0); time -= step) {
    if (!has_address) shut_down_lookups();
    if (!pause(std::min(step, time), until)) return false;
  }
  return true;
}

}  // namespace gridfs::util
