#include "util/process/wait.hpp"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>

#include <poll.h>
#include <sys/eventfd.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

namespace {

void wait_for(short events, int fd, const std::stop_token& stop, const std::string& shown) {
  if (stop.stop_requested()) throw Interrupted();
  const UniqueFd stopped = checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), shown);
  const std::stop_callback wake(stop, [&] { ::eventfd_write(stopped.get(), 1); });
  std::array<pollfd, 2> watched{pollfd{fd, events, 0}, pollfd{stopped.get(), POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0) {
    if (errno != EINTR) throw LocalError(shown, errno);
  }
  if (watched[1].revents != 0) throw Interrupted();
}

}  // namespace

void wait_readable(int fd, const std::stop_token& stop, const std::string& shown) { wait_for(POLLIN, fd, stop, shown); }

void wait_writable(int fd, const std::stop_token& stop, const std::string& shown) {
  wait_for(POLLOUT, fd, stop, shown);
}

void pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
  if (stop.stop_requested()) throw Interrupted();
}

}  // namespace gridfs::util
