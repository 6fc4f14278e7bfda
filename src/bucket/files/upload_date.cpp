#include "bucket/files/upload_date.hpp"

#include <algorithm>
#include <chrono>

namespace gridfs::detail {

DateTime UploadDates::next(std::string_view filename, DateTime now, std::optional<DateTime> after) {
  constexpr std::chrono::milliseconds step(1);
  const std::lock_guard lock(mutex_);
  now_ = std::max(now_, now);
  if (last_.size() >= most_) forget_what_has_passed();
  const auto [last, is_new] = last_.try_emplace(std::string(filename), now_);
  if (!is_new) last->second = std::max(now_, last->second + step);
  if (after) last->second = std::max(last->second, std::min(*after, DateTime::max() - step) + step);
  return last->second;
}

std::size_t UploadDates::size() const {
  const std::lock_guard lock(mutex_);
  return last_.size();
}

void UploadDates::forget_what_has_passed() {
  constexpr std::size_t least = 1000;
  std::erase_if(last_, [this](const auto& entry) { return entry.second < now_; });
  most_ = std::max(least, 2 * last_.size());  // so that a look at all of them is rare
}

DateTime next_upload_date(std::string_view filename, std::optional<DateTime> after) {
  static UploadDates dates;
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return dates.next(filename, now, after);
}

}  // namespace gridfs::detail
