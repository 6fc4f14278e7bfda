/// A terminal whose keyboard and screen are the test's.
#pragma once

#include <functional>
#include <string>

#include <sys/types.h>

#include "util/process/unique_fd.hpp"

namespace gridfs::test {

class PseudoTerminal {
 public:
  PseudoTerminal();

  /// Runs a function in a child process of which this is the controlling terminal.
  pid_t start(const std::function<int()>& body);

  /// Waits, with a bound, until the screen shows a text. Returns all that it has shown so far.
  std::string wait_for(const std::string& text);
  void type(const std::string& keys);

  /// Whether what is typed is shown.
  [[nodiscard]] bool echoes() const;

  /// The program's side.
  [[nodiscard]] int descriptor() const { return program_side_.get(); }

 private:
  util::UniqueFd user_side_;
  util::UniqueFd program_side_;
  std::string screen_;
};

/// What waitpid() says of a child.
int status_of(pid_t child);

}  // namespace gridfs::test
