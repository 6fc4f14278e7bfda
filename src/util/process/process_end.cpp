#include "util/process/process_end.hpp"

#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace gridfs::util {

namespace {

struct Actions {
  std::recursive_mutex mutex;  // an action may make and destroy others
  std::list<std::function<void()>> list;
};

// Never destroyed: run_all() may come at any time.
Actions& actions() {
  static auto* const instance = new Actions;  // NOLINT(cppcoreguidelines-owning-memory)
  return *instance;
}

}  // namespace

EndAction::EndAction(std::function<void()> action) {
  const std::lock_guard lock(actions().mutex);
  position_ = actions().list.insert(actions().list.begin(), std::move(action));
}

EndAction::~EndAction() {
  const std::lock_guard lock(actions().mutex);
  actions().list.erase(position_);
}

std::unique_lock<std::recursive_mutex> EndAction::hold_off() { return std::unique_lock(actions().mutex); }

void EndAction::run_all() noexcept {
  actions().mutex.lock();  // for good, against all other threads
  for (const auto& action : actions().list) action();
}

void reset_connections_at_end() noexcept {
  try {
    std::error_code error;
    std::filesystem::directory_iterator entry("/proc/self/fd", error);
    for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename();
      int descriptor = -1;
      std::from_chars(name.data(), name.data() + name.size(), descriptor);
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      // On other descriptors it has no effect.
      if (descriptor > STDERR_FILENO) ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
  } catch (const std::exception&) {
    // Then they are closed in the usual way.
  }
}

}  // namespace gridfs::util
