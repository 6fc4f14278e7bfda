#include "util/process/startup.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>  // defines __GLIBC__
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/fs/local_error.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

namespace {

std::array<bool, STDERR_FILENO + 1> closed{};

std::optional<rlimit> original_limit;  // of open files, where it was raised

rlimit file_limit() noexcept {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

// Other descriptors may be open that are not ours, so the limit alone does not say.
bool can_open(int count) {
  std::vector<UniqueFd> open;
  for (int i = 0; i < count; ++i) {
    open.emplace_back(i == 0 ? ::open("/dev/null", O_RDONLY | O_CLOEXEC)
                             : ::fcntl(open.front().get(), F_DUPFD_CLOEXEC, 0));
    if (!open.back()) return false;
  }
  return true;
}

}  // namespace

void block_status_signal() noexcept {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void keep_freed_memory() noexcept {
#ifdef __GLIBC__
  constexpr int largest_buffer = 32 << 20;
  mallopt(M_MMAP_THRESHOLD, largest_buffer);
  mallopt(M_TRIM_THRESHOLD, 2 * largest_buffer);
  mallopt(M_ARENA_MAX, 1);
#endif
}

void occupy_standard_streams() noexcept {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    closed[static_cast<std::size_t>(descriptor)] = true;
    // It gets the lowest free number, which is the missing one. An unconnected socket, because /dev/null could be
    // reopened as /dev/stdin and /dev/stdout.
    static_cast<void>(::socket(AF_UNIX, SOCK_STREAM, 0));
  }
}

bool is_closed_stream(int descriptor) noexcept {
  return descriptor >= 0 && static_cast<std::size_t>(descriptor) < closed.size() &&
         closed[static_cast<std::size_t>(descriptor)];
}

void need_descriptors(int count) {
  const rlimit limit = file_limit();
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) original_limit = limit;
  if (can_open(count)) return;
  const std::string most = std::to_string(limit.rlim_max);
  throw LocalError("open files",
                   std::to_string(count) + " more are needed than the limit of " + most + " allows (see ulimit -n)",
                   EMFILE);
}

std::size_t descriptor_limit() noexcept { return file_limit().rlim_cur; }

OriginalDescriptorLimit::OriginalDescriptorLimit() noexcept : raised_(file_limit()) {
  if (original_limit) ::setrlimit(RLIMIT_NOFILE, &*original_limit);
}

OriginalDescriptorLimit::~OriginalDescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &raised_); }

}  // namespace gridfs::util
