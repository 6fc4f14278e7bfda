#include "cli/stop_limits.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "cli/messages.hpp"
#include "util/connections.hpp"
#include "util/pause.hpp"

namespace gridfs::cli {

namespace {

using std::chrono::seconds;

constexpr seconds grace_of_work{1};
constexpr seconds grace_of_cleanup{10};

// False if the token was triggered first.
bool signal_comes(const std::stop_token& signal, const std::stop_token& token) {
  std::mutex mutex;
  std::condition_variable_any changed;
  // Outside the lock: it is called at once if the signal has come already, and waited for when it goes.
  const std::stop_callback wake(signal, [&] {
    const std::lock_guard guard(mutex);
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  changed.wait(lock, token, [&] { return signal.stop_requested(); });
  return !token.stop_requested();
}

}  // namespace

StopLimits::StopLimits(const util::SignalWatcher& signals)
    : thread_([&signals](const std::stop_token& ended) { watch(ended, signals); }) {}

void StopLimits::watch(const std::stop_token& ended, const util::SignalWatcher& signals) {
  if (!signal_comes(signals.token(), ended) || !util::pause(grace_of_work, ended)) return;
  if (!util::end_waiting_for_servers(grace_of_cleanup, ended)) return;
  say_error("the server does not answer: what was stored of an unfinished upload may be left; see gridfs-check(1)");
  util::end_by_signal(signals.received());
}

}  // namespace gridfs::cli
