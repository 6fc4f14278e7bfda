#include "cli/output/progress_line.hpp"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "util/text/display_width.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

// What follows the name.
struct Parts {
  std::string bytes;
  std::string percent;
  std::string rate;
  std::string time_left;
  std::string file;
};

std::string time_text(std::int64_t seconds) {
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  if (seconds < hour) return fmt::format("{}:{:02} left", seconds / minute, seconds % minute);
  return fmt::format("{}:{:02}:{:02} left", seconds / hour, seconds % hour / minute, seconds % minute);
}

Parts parts_of(const ProgressState& state) {
  Parts parts;
  if (state.size) {
    parts.bytes = util::human_size(state.bytes) + '/' + util::human_size(*state.size);
    const double part = *state.size > 0 ? static_cast<double>(state.bytes) / static_cast<double>(*state.size) : 1;
    parts.percent = fmt::format("{}%", static_cast<int>(part * 100));
  } else if (state.bytes > 0) {
    parts.bytes = util::human_size(state.bytes);
  }
  if (state.per_second) parts.rate = util::size_in_words(*state.per_second) + "/s";
  if (state.size && state.per_second.value_or(0) > 0) {
    parts.time_left = time_text((*state.size - state.bytes) / *state.per_second);
  }
  if (state.files != 1) parts.file = fmt::format("file {}", state.file);
  if (state.files.value_or(0) > 1) parts.file += fmt::format("/{}", *state.files);
  return parts;
}

std::string joined(const Parts& parts) {
  std::string text;
  for (const auto part : {&Parts::bytes, &Parts::percent, &Parts::rate, &Parts::time_left, &Parts::file}) {
    if (!(parts.*part).empty()) text.append("  ").append(parts.*part);
  }
  return text;
}

}  // namespace

std::string progress_line(const ProgressState& state, std::size_t width) {
  constexpr std::size_t shortest_name = 8;
  const std::size_t name_width = std::min(util::display_width(state.name), shortest_name);
  Parts parts = parts_of(state);
  std::string behind = joined(parts);
  for (const auto least : {&Parts::file, &Parts::rate, &Parts::time_left, &Parts::bytes, &Parts::percent}) {
    if (name_width + behind.size() <= width) break;
    (parts.*least).clear();
    behind = joined(parts);
  }
  return util::shorten_to_width(state.name, width - std::min(width, behind.size())) + behind;
}

}  // namespace gridfs::cli
