#include "transfer/prune/retention.hpp"

#include <algorithm>

namespace gridfs::transfer {

namespace {

using std::chrono::floor;

template <typename Period>
std::int64_t number_of(DateTime local_time) {
  return floor<Period>(local_time).time_since_epoch().count();
}

std::int64_t week_of(DateTime local_time) {
  constexpr std::chrono::days from_monday(3);  // to Thursday, 1 January 1970
  return number_of<std::chrono::weeks>(local_time + from_monday);
}

std::int64_t year_of(DateTime local_time) {
  return static_cast<int>(std::chrono::year_month_day(floor<std::chrono::days>(local_time)).year());
}

std::int64_t month_of(DateTime local_time) {
  constexpr std::int64_t months_of_year = 12;
  const std::chrono::year_month_day date(floor<std::chrono::days>(local_time));
  return year_of(local_time) * months_of_year + static_cast<unsigned>(date.month());
}

// The calendar does not reach farther back than years of 16 bits. All that is older is of one day.
constexpr DateTime first_day = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);

}  // namespace

bool RetentionPolicy::is_given() const noexcept {
  return last || hourly || daily || weekly || monthly || yearly || within;
}

bool RetentionPolicy::keeps_any() const noexcept {
  return std::max({last, hourly, daily, weekly, monthly, yearly}).value_or(0) > 0 || within > std::chrono::seconds(0);
}

Retention::Retention(const RetentionPolicy& policy, DateTime now)
    : policy_(policy),
      now_(now),
      rules_{{{"last", nullptr, policy.last.value_or(0), {}},
              {"hourly", number_of<std::chrono::hours>, policy.hourly.value_or(0), {}},
              {"daily", number_of<std::chrono::days>, policy.daily.value_or(0), {}},
              {"weekly", week_of, policy.weekly.value_or(0), {}},
              {"monthly", month_of, policy.monthly.value_or(0), {}},
              {"yearly", year_of, policy.yearly.value_or(0), {}}}} {}

std::vector<std::string> Retention::reasons(DateTime date, bool is_oldest) {
  if (date > now_) return {"in the future"};
  date = std::max(date, first_day);
  std::vector<std::string> result;
  if (!newest_) newest_ = date;
  if (policy_.within && date > *newest_ - *policy_.within) result.emplace_back("within");
  const DateTime local_time = policy_.utc_offset ? date + policy_.utc_offset(floor<std::chrono::seconds>(date)) : date;
  for (Rule& rule : rules_) {
    if (rule.left == 0) continue;
    std::optional<std::int64_t> period;
    if (rule.period_of != nullptr) period = rule.period_of(local_time);
    const bool is_new = !period || period != rule.last_period;
    if (!is_new && !is_oldest) continue;
    rule.last_period = period;
    --rule.left;
    result.push_back((is_new ? "" : "oldest ") + std::string(rule.name));
  }
  return result;
}

}  // namespace gridfs::transfer
