/// Which revisions of a name are kept, as by restic's `forget`.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/document.hpp"

namespace gridfs::transfer {

/// The last N revisions are kept, and the newest one of each of the last N hours, days, weeks, months and years that
/// have any. As long as N are not reached, the oldest revision is kept as well.
struct RetentionPolicy {
  static constexpr auto unlimited = std::numeric_limits<std::int64_t>::max();

  std::optional<std::int64_t> last;
  std::optional<std::int64_t> hourly;
  std::optional<std::int64_t> daily;
  /// A week begins on Monday (ISO 8601).
  std::optional<std::int64_t> weekly;
  std::optional<std::int64_t> monthly;
  std::optional<std::int64_t> yearly;
  /// All that are less than this older than the newest one, so that a name which is not stored any more keeps what it
  /// has.
  std::optional<std::chrono::seconds> within;
  /// How far the clocks by which hours, days, … begin are ahead of UTC at a moment; if empty, they show UTC.
  std::function<std::chrono::seconds(std::chrono::sys_seconds)> utc_offset;

  [[nodiscard]] bool is_given() const noexcept;
  /// Whether it keeps a revision of every name.
  [[nodiscard]] bool keeps_any() const noexcept;
};

/// Goes through the revisions of one name, from the newest to the oldest.
class Retention {
 public:
  /// @param policy  must outlive it
  /// @param now     what is dated later is kept, and counts for nothing: one date of the future would take the place of
  ///                the revisions that are meant
  Retention(const RetentionPolicy& policy, DateTime now);

  /// Why the next revision is kept, such as `daily`; empty if it is not.
  [[nodiscard]] std::vector<std::string> reasons(DateTime date, bool is_oldest);

 private:
  struct Rule {
    const char* name;
    std::int64_t (*period_of)(DateTime local_time);  // null: each revision is one of its own
    std::int64_t left;
    std::optional<std::int64_t> last_period;
  };

  const RetentionPolicy& policy_;
  DateTime now_;
  std::optional<DateTime> newest_;
  std::array<Rule, 6> rules_;
};

}  // namespace gridfs::transfer
