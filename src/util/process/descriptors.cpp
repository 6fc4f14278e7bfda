#include "util/process/descriptors.hpp"

#include <cerrno>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "util/fs/local_error.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

namespace {

// Some may be open that are not ours, so that the limit alone does not say.
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

void need_descriptors(int count) {
  if (can_open(count)) return;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0 && can_open(count)) return;
  const std::string most = std::to_string(limit.rlim_max);
  throw LocalError("open files",
                   std::to_string(count) + " more are needed than the limit of " + most + " allows (see ulimit -n)",
                   EMFILE);
}

}  // namespace gridfs::util
