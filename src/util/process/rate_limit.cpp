#include "util/process/rate_limit.hpp"

#include <algorithm>

#include "util/process/wait.hpp"

namespace gridfs::util {

void RateLimit::wait_for(std::size_t bytes, const std::stop_token& stop) {
  if (!rate_) return;
  const std::chrono::duration<double> time(static_cast<double>(bytes) / static_cast<double>(*rate_));
  const auto now = Clock::now();
  Clock::time_point until;
  {
    const std::lock_guard lock(mutex_);
    until = free_at_ = std::max(free_at_, now) + std::chrono::ceil<Clock::duration>(time);
  }
  pause(std::chrono::floor<std::chrono::milliseconds>(until - now), stop);
}

}  // namespace gridfs::util
