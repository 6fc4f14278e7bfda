/// Errors of local files and streams.
#pragma once

#include <cerrno>
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>

namespace gridfs::util {

/// The text of an errno, for the middle of a line: `no such file or directory`.
inline std::string error_text(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z')
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return text;
}

/// Whether an exception is of one of the types.
template <typename... Types>
bool is_any_of(const std::exception& error) noexcept {
  return ((dynamic_cast<const Types*>(&error) != nullptr) || ...);
}

/// A local path could not be read or written. `what()` is one line that names it: `photo.png: no such file or
/// directory`.
class LocalError : public std::runtime_error {
 public:
  /// @param path   as the user knows it, or `standard input`
  /// @param error  an errno
  LocalError(const std::string& path, int error) : LocalError(path, error_text(error), error) {}

  /// @param error  the nearest errno
  LocalError(const std::string& path, const std::string& what, int error)
      : std::runtime_error((path.empty() ? "''" : path) + ": " + what), error_(error) {}

  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  int error_;
};

/// There is something that may be replaced, if the user says so.
class TargetExists : public LocalError {
 public:
  explicit TargetExists(const std::string& path) : LocalError(path, EEXIST) {}
};

/// Standard output could not be written.
class OutputError : public LocalError {
 public:
  explicit OutputError(int error) : LocalError("standard output", error) {}
};

/// The reader of standard output has closed it: the program ends quietly.
class ClosedPipe : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "standard output is closed"; }
};

/// A stop request ended the waiting for a local stream.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("stopped") {}
};

}  // namespace gridfs::util
