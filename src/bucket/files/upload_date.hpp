/// The dates of new files.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gridfs/document.hpp"

namespace gridfs::detail {

/// Gives files of one name dates that ascend, in the order in which they are asked for. Safe to use from many threads.
/// Memory does not grow with the number of names: only those with a date that the clock has not passed are kept.
class UploadDates {
 public:
  /// @return  the time, or a millisecond behind the last date of that name, or behind `after`, if that is later. A
  /// clock
  ///          that was set back stands still until it has caught up
  DateTime next(std::string_view filename, DateTime now, std::optional<DateTime> after = std::nullopt);

  /// How many names are kept.
  [[nodiscard]] std::size_t size() const;

 private:
  void forget_what_has_passed();

  mutable std::mutex mutex_;
  DateTime now_{};
  std::unordered_map<std::string, DateTime> last_;
  std::size_t most_ = 1000;
};

/// The upload date for a file that is about to be stored, from this process's dates and the clock.
DateTime next_upload_date(std::string_view filename, std::optional<DateTime> after = std::nullopt);

}  // namespace gridfs::detail
