/// Counts how far a command has come, and shows it on standard error from time to time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "gridfs/client.hpp"

#include "cli/output/progress_line.hpp"

namespace gridfs::cli {

/// Where it is shown: in the last line of a terminal, which is redrawn, or in a new line now and then.
enum class ProgressStyle { none, terminal, lines };

/// @param wanted  empty: on a terminal
ProgressStyle progress_style(std::optional<bool> wanted);

/// Thread-safe: one thread shows what others count.
class ProgressDisplay {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param prefix  of lines that stay
  /// @param moved    what all files together have moved so far
  /// @param waiting  for what server
  ProgressDisplay(
      ProgressStyle style, std::string prefix, std::function<Progress()> moved,
      std::function<std::optional<Waiting>()> waiting = [] { return std::nullopt; });

  /// How many files there will be.
  void expect(std::size_t files);

  /// See transfer::Listener.
  void started(const std::string& name, std::optional<std::int64_t> size);

  /// A file is done with, whether it has succeeded or not.
  void finished();

  /// When show() is to be called next; empty: never.
  [[nodiscard]] std::optional<Clock::time_point> due() const noexcept { return due_; }

  /// Shows how far it is, if that is due.
  void show(Clock::time_point now);

  /// Writes one line about it, whatever the style is.
  void print(Clock::time_point now);

  /// Empty until a file has started.
  [[nodiscard]] std::optional<ProgressState> state(Clock::time_point now);

 private:
  struct Sample {
    Clock::time_point time;
    Progress moved;
  };

  [[nodiscard]] std::optional<std::int64_t> rate(Sample sample);
  void show_waiting(Clock::time_point now) const;

  ProgressStyle style_;
  std::string prefix_;
  std::function<Progress()> moved_;
  std::function<std::optional<Waiting>()> waiting_;
  Clock::time_point began_ = Clock::now();
  std::optional<Clock::time_point> due_;  // used by the thread that shows

  std::mutex mutex_;
  std::optional<std::int64_t> files_;
  std::int64_t finished_ = 0;
  std::int64_t file_ = 0;  // the number of the one that started last
  std::int64_t finished_before_ = 0;
  std::string name_;
  std::optional<std::int64_t> size_;
  Progress moved_before_;
  std::deque<Sample> samples_;  // of the last seconds
};

}  // namespace gridfs::cli
