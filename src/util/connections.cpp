#include "util/connections.hpp"

#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>

#include <sys/socket.h>

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

}  // namespace

void shut_down_connections() noexcept {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (is_network_stream(descriptor)) ::shutdown(descriptor, SHUT_RDWR);
  }
}

}  // namespace gridfs::util
