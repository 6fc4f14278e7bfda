/// Standard output, for results alone.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "util/fs/stream_writer.hpp"
#include "util/process/process_end.hpp"

namespace gridfs::cli {

/// Every member function throws util::ClosedPipe or util::OutputError where writing fails, and util::Interrupted where
/// a stop is requested while it waits for the reader. Where the program ends at once, buffered lines are still written
/// as far as that takes no waiting.
class Output {
 public:
  explicit Output(std::stop_token stop = {}) : stop_(std::move(stop)) {}

  enum class Flush { when_full, at_once };

  /// Writes an entry and the character behind it. The first one, and each one on a terminal, is flushed.
  void line(std::string_view text, Flush flush = Flush::when_full, char end = '\n');

  /// Writes bytes as they are, behind the buffered lines.
  void write(std::span<const std::byte> bytes);

  /// Must be called before the program says that all is done.
  void flush();

  /// The last entry, which is written only as far as that takes no waiting.
  void last_line(std::string_view text) noexcept;

  /// What line() was given and could not be written, or not all of it.
  [[nodiscard]] std::string take_unwritten() { return std::exchange(unwritten_, {}); }

  /// Whether standard output is a terminal.
  [[nodiscard]] bool is_terminal() const;

  /// The columns of that terminal now; empty where it is none.
  [[nodiscard]] std::optional<std::size_t> columns() const;

 private:
  void write_out(std::span<const std::byte> bytes);
  void flush_locked();
  void flush_without_waiting() noexcept;
  void flush_locked_without_waiting() noexcept;

  std::stop_token stop_;
  std::optional<util::StreamWriter> writer_;
  std::timed_mutex mutex_;
  std::string buffer_;
  std::string unwritten_;
  bool started_ = false;
  util::EndAction at_end_{[this] { flush_without_waiting(); }};
};

}  // namespace gridfs::cli
