#include "util/connections.hpp"

#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>

#include <sys/socket.h>

namespace gridfs::util {

namespace {

bool is_connected_stream(int descriptor) noexcept {
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_STREAM) return false;
  sockaddr_storage peer{};
  length = sizeof peer;
  return ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &length) == 0 && peer.ss_family != AF_UNIX;
}

}  // namespace

void shut_down_connections() noexcept {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (is_connected_stream(descriptor)) ::shutdown(descriptor, SHUT_RDWR);
  }
}

}  // namespace gridfs::util
