/// Reading local files, standard input, the output of commands, and lists of names in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include <sys/stat.h>

#include "util/process/shell_command.hpp"
#include "util/process/unique_fd.hpp"

namespace gridfs::util {

/// A local file, standard input, or the output of a command, read from its beginning to its end.
class Input {
 public:
  /// @throws LocalError  ENOENT, EACCES, EISDIR: a directory is not a file to store; …
  static Input open(const std::string& path);
  /// A file that a walk through a directory has found; no symbolic link below the directory is followed.
  /// @param path  begins with the directory's, as TreeFile::path does
  /// @throws LocalError  also if it is no regular file any more
  static Input open_below(const std::string& directory, const std::string& path);
  static Input standard_input();
  /// `-` is standard input.
  static Input of_operand(const std::string& operand);
  /// The first read starts the command. The end of its output is not the end before the command has succeeded.
  /// @param shown  for messages, which do not show the command
  static Input of_command(const std::string& command, const std::string& shown);

  /// Fills the buffer, except at the end of the input. Waits until a FIFO has a writer.
  /// @throws LocalError   the input failed, or the command did
  /// @throws Interrupted  the stop token was triggered while waiting for a pipe or a terminal
  std::size_t read(std::span<std::byte> buffer, const std::stop_token& stop);

  /// Waits for bytes and reads those available; none at the end. Throws as read().
  std::size_t read_some(std::span<std::byte> buffer, const std::stop_token& stop);

  /// Of a regular file, the number of bytes to read when it was opened.
  [[nodiscard]] std::optional<std::int64_t> size() const noexcept { return size_; }

  /// Of a regular file, its status when it was opened.
  [[nodiscard]] const std::optional<struct stat>& status() const noexcept { return status_; }

  /// Whether a regular file's size or time of modification has changed since it was opened.
  [[nodiscard]] bool changed() const;

  /// For messages.
  [[nodiscard]] const std::string& shown() const noexcept { return shown_; }

 private:
  Input(UniqueFd fd, std::string shown);
  Input(std::unique_ptr<ShellCommand> command, std::string shown);

  UniqueFd fd_;
  std::unique_ptr<ShellCommand> command_;
  std::string shown_;
  std::optional<struct stat> status_;
  std::optional<std::int64_t> size_;
  bool ended_ = false;  // a terminal could be read again after its end of file
};

/// All of a small text.
/// @throws LocalError    also if it is longer than 16 MiB
/// @throws Interrupted
std::string read_text(Input input, const std::stop_token& stop);

/// Reads a list of names of any length, one after the other. Not safe to share between threads.
class EntryReader {
 public:
  /// What ends each entry. A line may end in CR LF, and a byte order mark before the first one is not part of it; with
  /// NUL everything is taken as it is.
  enum class End { line, nul };

  EntryReader(Input input, End end);

  /// The next entry, without its end; empty entries are left out. Nothing at the end of the list.
  /// @throws LocalError   also for an entry of more than 64 KiB, which is no path
  /// @throws Interrupted
  std::optional<std::string> next(const std::stop_token& stop);

 private:
  std::optional<std::string> next_with_empty_ones(const std::stop_token& stop);

  Input input_;
  char end_;
  bool first_ = true;
  bool all_read_ = false;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what has not been given yet
};

}  // namespace gridfs::util
