#include "util/process/standard_streams.hpp"

#include <array>
#include <cstddef>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gridfs::util {

namespace {

std::array<bool, STDERR_FILENO + 1> closed{};

}  // namespace

void occupy_standard_streams() noexcept {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    closed[static_cast<std::size_t>(descriptor)] = true;
    // It gets the lowest number that is free, which is the one that is missing. A socket that is not connected, because
    // /dev/null could be opened anew by /dev/stdin and /dev/stdout.
    static_cast<void>(::socket(AF_UNIX, SOCK_STREAM, 0));
  }
}

bool is_closed_stream(int descriptor) noexcept {
  return descriptor >= 0 && static_cast<std::size_t>(descriptor) < closed.size() &&
         closed[static_cast<std::size_t>(descriptor)];
}

}  // namespace gridfs::util
