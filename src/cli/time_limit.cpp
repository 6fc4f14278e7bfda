#include "cli/time_limit.hpp"

#include <condition_variable>
#include <mutex>

#include "util/connections.hpp"

namespace gridfs::cli {

TimeLimit::TimeLimit(std::optional<std::chrono::milliseconds> limit, const util::SignalWatcher& signals)
    : on_signal_(signals.token(), [this] { source_.request_stop(); }) {
  if (!limit) return;
  deadline_ = Clock::now() + *limit;
  thread_ = std::jthread([this](const std::stop_token& ended) { watch(ended); });
}

void TimeLimit::watch(const std::stop_token& ended) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_until(lock, ended, *deadline_, [] { return false; });
  if (ended.stop_requested()) return;
  has_passed_ = true;
  source_.request_stop();
  util::shut_down_connections();
  util::interrupt_lookups(std::chrono::milliseconds::max(), ended);
}

}  // namespace gridfs::cli
