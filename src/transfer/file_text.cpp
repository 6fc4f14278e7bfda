#include "transfer/file_text.hpp"

#include <cstdint>
#include <ctime>

#include "gridfs/error.hpp"

#include "transfer/id_text.hpp"
#include "util/text/escape.hpp"

namespace gridfs::transfer {

namespace {

// As printf's %0*d, which a long listing would spend its time with.
void append_padded(std::string& text, std::int64_t number, std::size_t width, char end) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text.append(digits).push_back(end);
}

}  // namespace

std::string format_date(const std::optional<DateTime>& date) {
  if (!date) return "-";
  // In whole numbers: at the ends of their range, the conversions of <chrono> overflow.
  constexpr std::int64_t per_second = 1000;
  const std::int64_t milliseconds = date->time_since_epoch().count();
  const std::int64_t fraction_of_second = (milliseconds % per_second + per_second) % per_second;
  const std::time_t time = milliseconds / per_second - (milliseconds % per_second < 0 ? 1 : 0);
  std::tm utc{};
  if (::gmtime_r(&time, &utc) == nullptr) return "-";
  std::string text;
  append_padded(text, utc.tm_year + std::int64_t{1900}, 4, '-');
  append_padded(text, utc.tm_mon + 1, 2, '-');
  append_padded(text, utc.tm_mday, 2, 'T');
  append_padded(text, utc.tm_hour, 2, ':');
  append_padded(text, utc.tm_min, 2, ':');
  append_padded(text, utc.tm_sec, 2, '.');
  append_padded(text, fraction_of_second, 3, 'Z');
  return text;
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

}  // namespace gridfs::transfer
