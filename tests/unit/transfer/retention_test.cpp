#include "transfer/prune/retention.hpp"

#include "support/catch.hpp"

using namespace gridfs;
using namespace std::chrono_literals;
using transfer::Retention;
using transfer::RetentionPolicy;

namespace {

using Reasons = std::vector<std::string>;

DateTime at(int year, unsigned month, unsigned day, std::chrono::milliseconds time = 12h) {
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) + time;
}

const DateTime start = at(2030, 1, 1);

// The reasons for each of some dates, of which the first is the newest.
Reasons decide(const RetentionPolicy& policy, const std::vector<DateTime>& dates) {
  Retention retention(policy, start);
  Reasons decided;
  for (const DateTime& date : dates) {
    std::string all;
    for (const std::string& reason : retention.reasons(date, &date == &dates.back()))
      all += (all.empty() ? "" : ", ") + reason;
    decided.push_back(all);
  }
  return decided;
}

RetentionPolicy keep(std::optional<std::int64_t> RetentionPolicy::*rule, std::int64_t count) {
  RetentionPolicy policy;
  policy.*rule = count;
  return policy;
}

}  // namespace

TEST_CASE("the last revisions are kept, whatever their dates are") {
  const auto policy = keep(&RetentionPolicy::last, 2);
  CHECK(decide(policy, {at(2026, 1, 3), at(2026, 1, 2), at(2026, 1, 1)}) == Reasons{"last", "last", ""});
  CHECK(decide(policy, {at(2026, 1, 1), at(2026, 1, 1), at(2026, 1, 1)}) == Reasons{"last", "last", ""});
  CHECK(decide(policy, {at(2026, 1, 1)}) == Reasons{"last"});
}

TEST_CASE("of each hour, day, week, month and year the newest revision is kept") {
  struct Row {
    std::optional<std::int64_t> RetentionPolicy::*rule;
    std::int64_t count;
    std::vector<DateTime> dates;
    Reasons expected;
  };
  const std::vector<Row> rows{
      {&RetentionPolicy::hourly,
       2,
       {at(2026, 1, 1, 10h + 59min + 59s + 999ms), at(2026, 1, 1, 10h), at(2026, 1, 1, 9h + 59min), at(2026, 1, 1, 8h)},
       {"hourly", "", "hourly", ""}},
      // Days without a revision do not count.
      {&RetentionPolicy::daily,
       3,
       {at(2026, 3, 1, 0h), at(2026, 2, 28, 23h), at(2026, 2, 28, 0h), at(2025, 1, 1), at(2024, 1, 1)},
       {"daily", "daily", "", "daily", ""}},
      // The end of February, in a leap year and in another one.
      {&RetentionPolicy::daily,
       9,
       {at(2028, 3, 1), at(2028, 2, 29), at(2028, 2, 28), at(2027, 3, 1), at(2027, 2, 28)},
       {"daily", "daily", "daily", "daily", "daily"}},
      {&RetentionPolicy::monthly,
       2,
       {at(2028, 3, 1, 0h), at(2028, 2, 29, 23h), at(2028, 2, 1), at(2028, 1, 31)},
       {"monthly", "monthly", "", ""}},
      {&RetentionPolicy::monthly,
       3,
       {at(2026, 3, 31), at(2026, 3, 30), at(2025, 3, 31), at(2025, 2, 1), at(2025, 1, 31)},
       {"monthly", "", "monthly", "monthly", ""}},
      // 2026 begins on a Thursday: its first week has three days of 2025.
      {&RetentionPolicy::weekly,
       2,
       {at(2026, 1, 4), at(2026, 1, 1), at(2025, 12, 29, 0h), at(2025, 12, 28, 23h), at(2025, 12, 22),
        at(2025, 12, 21)},
       {"weekly", "", "", "weekly", "", ""}},
      // 2020 has 53 weeks, the last of which ends on 3 January 2021.
      {&RetentionPolicy::weekly,
       2,
       {at(2021, 1, 4, 0h), at(2021, 1, 3, 23h), at(2020, 12, 28), at(2020, 12, 27)},
       {"weekly", "weekly", "", ""}},
      {&RetentionPolicy::yearly,
       2,
       {at(2026, 1, 1, 0h), at(2025, 12, 31, 23h), at(2025, 1, 1), at(2023, 6, 1)},
       {"yearly", "yearly", "", ""}},
      // Before the epoch.
      {&RetentionPolicy::daily, 1, {at(1969, 12, 31, 23h), at(1969, 12, 31, 0h), at(1969, 12, 30)}, {"daily", "", ""}},
      {&RetentionPolicy::weekly, 1, {at(1970, 1, 1), at(1969, 12, 29), at(1969, 12, 28)}, {"weekly", "", ""}},
  };
  for (const Row& row : rows) CHECK(decide(keep(row.rule, row.count), row.dates) == row.expected);
}

TEST_CASE("the rules count each for itself, and one revision can be kept by several") {
  RetentionPolicy policy;
  policy.last = 1;
  policy.daily = 2;
  policy.monthly = 2;
  CHECK(decide(policy, {at(2026, 3, 2, 2h), at(2026, 3, 2, 1h), at(2026, 3, 1), at(2026, 2, 28), at(2026, 2, 27),
                        at(2026, 1, 1)}) == Reasons{"last, daily, monthly", "", "daily", "monthly", "", ""});
}

TEST_CASE("the oldest revision is kept as long as a rule is not used up") {
  CHECK(decide(keep(&RetentionPolicy::daily, 2), {at(2026, 3, 1, 3h), at(2026, 3, 1, 2h), at(2026, 3, 1, 1h)}) ==
        Reasons{"daily", "", "oldest daily"});
  CHECK(decide(keep(&RetentionPolicy::daily, 1), {at(2026, 3, 1, 3h), at(2026, 3, 1, 2h)}) == Reasons{"daily", ""});
  CHECK(decide(keep(&RetentionPolicy::yearly, RetentionPolicy::unlimited),
               {at(2026, 3, 3), at(2026, 3, 2), at(2026, 3, 1)}) == Reasons{"yearly", "", "oldest yearly"});
}

TEST_CASE("what is less than a span older than the newest revision is kept, however old that is") {
  RetentionPolicy policy;
  policy.within = 24h;
  const DateTime newest = at(2001, 5, 31);
  CHECK(decide(policy, {newest, newest - 24h + 1ms, newest - 24h, newest - 25h}) ==
        Reasons{"within", "within", "", ""});
}

TEST_CASE("revisions of one date are revisions like others") {
  RetentionPolicy policy = keep(&RetentionPolicy::hourly, 5);
  policy.within = 1s;
  const DateTime date = at(2026, 1, 1);
  CHECK(decide(policy, {date, date, date}) == Reasons{"within, hourly", "within", "within, oldest hourly"});
}

TEST_CASE("what is dated in the future is kept, and takes no place of the others") {
  RetentionPolicy policy = keep(&RetentionPolicy::last, 1);
  policy.within = 1h;
  CHECK(decide(policy, {start + 1ms, start, start - 59min, start - 1h}) ==
        Reasons{"in the future", "within, last", "within", ""});
  CHECK(decide(policy, {DateTime::max(), start + 1h}) == Reasons{"in the future", "in the future"});
}

TEST_CASE("days begin at midnight of the zone") {
  RetentionPolicy policy = keep(&RetentionPolicy::daily, 3);
  const std::vector<DateTime> dates{at(2026, 1, 1, 19h), at(2026, 1, 1, 18h), at(2025, 12, 31, 18h + 14min),
                                    at(2025, 12, 31, 1h)};
  CHECK(decide(policy, dates) == Reasons{"daily", "", "daily", "oldest daily"});
  policy.utc_offset = [](std::chrono::sys_seconds) { return 5h + 45min; };  // Kathmandu
  CHECK(decide(policy, dates) == Reasons{"daily", "daily", "daily", ""});
  const std::vector<DateTime> around{at(2026, 1, 1, 18h + 15min), at(2026, 1, 1, 18h + 14min),
                                     at(2025, 12, 31, 18h + 15min), at(2025, 12, 31, 18h + 14min)};
  CHECK(decide(policy, around) == Reasons{"daily", "daily", "", "daily"});
  policy.utc_offset = [](std::chrono::sys_seconds) { return -1h; };
  CHECK(decide(policy, {at(2026, 1, 1, 1h), at(2026, 1, 1, 0h), at(2025, 12, 31, 1h), at(2025, 12, 31, 0h)}) ==
        Reasons{"daily", "daily", "", "daily"});
}

TEST_CASE("an hour that comes twice is one hour, and a day of 23 or 25 hours is a day") {
  // Clocks are put back from 3:00 to 2:00 at 1:00 UTC.
  RetentionPolicy policy = keep(&RetentionPolicy::hourly, 9);
  const auto change = std::chrono::floor<std::chrono::seconds>(at(2026, 10, 25, 1h));
  policy.utc_offset = [&](std::chrono::sys_seconds time) { return time < change ? 2h : 1h; };
  const std::vector<DateTime> dates{at(2026, 10, 25, 2h), at(2026, 10, 25, 1h + 59min), at(2026, 10, 25, 0h),
                                    at(2026, 10, 24, 23h + 59min), at(2026, 10, 24, 21h)};
  CHECK(decide(policy, dates) == Reasons{"hourly", "hourly", "", "hourly", "hourly"});
  policy.hourly.reset();
  policy.daily = 2;
  CHECK(decide(policy, {at(2026, 10, 25, 22h + 59min), at(2026, 10, 24, 22h), at(2026, 10, 24, 21h)}) ==
        Reasons{"daily", "", "daily"});
}

TEST_CASE("dates that no calendar has are decided all the same") {
  RetentionPolicy policy = keep(&RetentionPolicy::yearly, 2);
  policy.within = 1h;
  policy.utc_offset = [](std::chrono::sys_seconds) { return -12h; };
  CHECK(decide(policy, {at(2026, 1, 1), at(0, 1, 1), DateTime::min()}) == Reasons{"within, yearly", "yearly", ""});
}

TEST_CASE("a policy that keeps nothing is known as such") {
  RetentionPolicy policy;
  CHECK_FALSE(policy.is_given());
  CHECK_FALSE(policy.keeps_any());
  policy.last = 0;
  policy.within = 0s;
  CHECK(policy.is_given());
  CHECK_FALSE(policy.keeps_any());
  CHECK(decide(policy, {at(2026, 1, 1)}) == Reasons{""});
  policy.monthly = 1;
  CHECK(policy.keeps_any());
  CHECK(keep(&RetentionPolicy::last, RetentionPolicy::unlimited).keeps_any());
}
