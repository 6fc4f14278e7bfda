#include "util/process/connections.hpp"

#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>

#include <sys/socket.h>
#include <unistd.h>

namespace gridfs::util {

namespace {

int socket_option(int descriptor, int option) noexcept {
  int value = -1;
  socklen_t length = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

bool is_tcp(int descriptor) noexcept {
  if (socket_option(descriptor, SO_TYPE) != SOCK_STREAM) return false;
  const int domain = socket_option(descriptor, SO_DOMAIN);
  return domain == AF_INET || domain == AF_INET6;
}

}  // namespace

void reset_connections_at_end() noexcept {
  try {
    std::error_code error;
    std::filesystem::directory_iterator entry("/proc/self/fd", error);
    for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename();
      int descriptor = -1;
      std::from_chars(name.data(), name.data() + name.size(), descriptor);
      if (descriptor <= STDERR_FILENO || !is_tcp(descriptor)) continue;
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
  } catch (const std::exception&) {
    // Then they end as any do.
  }
}

}  // namespace gridfs::util
