#include "util/process/end_action.hpp"

#include <utility>

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

}  // namespace gridfs::util
