/// A command line that is wrong.
#pragma once

#include <stdexcept>
#include <string>

namespace gridfs::cli {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The value of an option is not valid.
class OptionError : public UsageError {
 public:
  OptionError(const std::string& option, const std::string& reason)
      : UsageError(option + ": " + reason), reason_(reason) {}

  /// Without the name of the option, which may have its value from elsewhere than the command line.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  std::string reason_;
};

}  // namespace gridfs::cli
