#include "cli/file_text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>

#include "gridfs/error.hpp"

#include "cli/id_text.hpp"
#include "util/escape.hpp"

namespace gridfs::cli {

std::string format_date(const std::optional<DateTime>& date) {
  if (!date) return "-";
  // In whole numbers: at the ends of their range, the conversions of <chrono> overflow.
  constexpr std::int64_t per_second = 1000;
  const std::int64_t milliseconds = date->time_since_epoch().count();
  const std::int64_t fraction_of_second = (milliseconds % per_second + per_second) % per_second;
  const std::time_t time = milliseconds / per_second - (milliseconds % per_second < 0 ? 1 : 0);
  std::tm utc{};
  if (::gmtime_r(&time, &utc) == nullptr) return "-";
  std::array<char, 80> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(fraction_of_second));
  return std::string(text.data(), length) + fraction.data();
}

std::string describe_file(const FileInfo& file) {
  std::string text = "file " + format_id(file.id());
  std::string details;
  if (const auto name = file.filename())
    details = "'" + util::escape(*name) + "'";  // escaped here: NUL would end what()
  try {
    details += (details.empty() ? "" : ", ") + std::to_string(file.length()) + " bytes";
  } catch (const CorruptFile&) {
    // A damaged files document is named all the same.
  }
  return details.empty() ? text : text + " (" + details + ")";
}

}  // namespace gridfs::cli
