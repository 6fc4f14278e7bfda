#include "util/process/pause.hpp"

#include <condition_variable>
#include <mutex>

namespace gridfs::util {

bool pause(std::chrono::steady_clock::duration time, const std::stop_token& until) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, until, time, [] { return false; });
  return !until.stop_requested();
}

}  // namespace gridfs::util
