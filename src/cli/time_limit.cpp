#include "cli/time_limit.hpp"

#include "util/connections.hpp"
#include "util/pause.hpp"

namespace gridfs::cli {

TimeLimit::TimeLimit(std::optional<std::chrono::milliseconds> limit, const util::SignalWatcher& signals)
    : on_signal_(signals.token(), [this] { source_.request_stop(); }) {
  if (!limit) return;
  deadline_ = Clock::now() + *limit;
  thread_ = std::jthread([this](const std::stop_token& ended) { watch(ended); });
}

void TimeLimit::watch(const std::stop_token& ended) {
  if (!util::pause(*deadline_ - Clock::now(), ended)) return;
  has_passed_ = true;
  source_.request_stop();
  util::end_waiting_for_servers(std::chrono::milliseconds::max(), ended);
}

}  // namespace gridfs::cli
