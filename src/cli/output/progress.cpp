#include "cli/output/progress.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include "cli/output/status_line.hpp"
#include "util/process/terminal.hpp"
#include "util/text/display_width.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

using namespace std::chrono_literals;

// The first line comes so late that what is soon done shows none.
constexpr auto delay = 1s;

std::chrono::milliseconds interval_of(ProgressStyle style) {
  return style == ProgressStyle::terminal ? std::chrono::milliseconds(250) : 30s;
}

// What is stored may be fetched again, to verify it, and what is copied was fetched before: each byte counts once.
std::int64_t moved_since(const Progress& before, const Progress& now) {
  return std::max(now.stored - before.stored, now.fetched - before.fetched);
}

}  // namespace

ProgressStyle progress_style(std::optional<bool> wanted) {
  if (!wanted.value_or(true)) return ProgressStyle::none;
  if (util::is_capable_terminal(STDERR_FILENO)) return ProgressStyle::terminal;
  return wanted ? ProgressStyle::lines : ProgressStyle::none;
}

ProgressDisplay::ProgressDisplay(ProgressStyle style, std::string prefix, std::function<Progress()> moved,
                                 std::function<std::optional<Waiting>()> waiting)
    : style_(style), prefix_(std::move(prefix)), moved_(std::move(moved)), waiting_(std::move(waiting)) {
  if (style_ != ProgressStyle::none) due_ = began_ + std::max<Clock::duration>(delay, interval_of(style_));
}

void ProgressDisplay::expect(std::size_t files) {
  const std::lock_guard lock(mutex_);
  files_ = static_cast<std::int64_t>(files);
}

void ProgressDisplay::started(const std::string& name, std::optional<std::int64_t> size) {
  const std::lock_guard lock(mutex_);
  moved_before_ = moved_();
  if (samples_.empty()) samples_.push_back({Clock::now(), moved_before_});
  // Files may be finished in another order, or without having started.
  const bool is_same = name == name_ && finished_ == finished_before_ && file_ > 0;
  if (!is_same) file_ = std::max(file_, finished_) + 1;
  finished_before_ = finished_;
  name_ = name;
  size_ = size;
}

void ProgressDisplay::finished() {
  const std::lock_guard lock(mutex_);
  ++finished_;
}

void ProgressDisplay::show(Clock::time_point now) {
  if (!due_ || now < *due_) return;
  const auto progress = state(now);
  due_ = now + (progress ? interval_of(style_) : delay);
  if (!progress) return show_waiting(now);
  if (style_ == ProgressStyle::lines) return write_status(prefix_ + progress_line(*progress, std::string::npos));
  // A line that ends in the last column may be wrapped.
  show_status(progress_line(*progress, util::terminal_width(STDERR_FILENO) - 1));
}

// Before the first file; once there is one, that it does not progress says the same.
void ProgressDisplay::show_waiting(Clock::time_point now) const {
  constexpr auto long_enough = 2s;
  if (style_ != ProgressStyle::terminal) return;
  const auto waiting = waiting_();
  if (!waiting || now - waiting->since < long_enough) return static_cast<void>(hide_status());
  show_status(util::shorten_to_width(fmt::format("waiting for {}", util::escape(waiting->servers)),
                                     util::terminal_width(STDERR_FILENO) - 1));
}

void ProgressDisplay::print(Clock::time_point now) {
  const auto progress = state(now);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - began_).count();
  write_status(prefix_ +
               (progress ? progress_line(*progress, std::string::npos) : fmt::format("running for {} s", seconds)));
}

std::optional<ProgressState> ProgressDisplay::state(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (file_ == 0) return std::nullopt;
  const Progress moved = moved_();
  ProgressState state{util::escape(redact_uri(name_)), moved_since(Progress(), moved), size_, rate({now, moved})};
  if (size_) state.bytes = std::clamp<std::int64_t>(moved_since(moved_before_, moved), 0, *size_);
  state.files = files_;
  state.file = std::min(file_, files_.value_or(file_));
  return state;
}

// Over the last seconds, so that a stall shows.
std::optional<std::int64_t> ProgressDisplay::rate(Sample sample) {
  constexpr auto period = 15s;
  constexpr auto too_short = 100ms;
  samples_.push_back(sample);
  while (samples_.size() > 2 && samples_[1].time <= sample.time - period) samples_.pop_front();
  const std::chrono::duration<double> time = sample.time - samples_.front().time;
  if (time < too_short) return std::nullopt;
  const auto bytes = static_cast<double>(moved_since(samples_.front().moved, sample.moved));
  return static_cast<std::int64_t>(bytes / time.count());
}

}  // namespace gridfs::cli
