/// Commands that do the same for each of their operands.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>

#include "cli/exit_code.hpp"

namespace gridfs::cli {

/// What became of the operands so far.
class OperandTally {
 public:
  void succeeded() noexcept { any_done_ = true; }

  /// Names the failure on standard error.
  /// @throws  the error itself, if it ends the program: Stopped, util::Interrupted, ClosedPipe, OutputError
  void failed(const std::exception_ptr& error);

  /// Runs a step that may fail.
  void attempt(const std::function<void()>& step);

  /// Whether trying further operands makes no sense: the server cannot be reached, or lets nobody in.
  [[nodiscard]] bool is_hopeless() const noexcept { return hopeless_; }

  /// done; or some_failed; or, where all failed, the status that they share, else failure.
  [[nodiscard]] ExitCode result() const noexcept;

 private:
  void add(ExitCode code) noexcept;

  bool any_done_ = false;
  bool hopeless_ = false;
  std::optional<ExitCode> failure_;
};

/// Calls `step(0)` to `step(count - 1)`. One that fails is named on standard error, and the others are done all the
/// same, unless it is hopeless. Throws as OperandTally::failed().
ExitCode for_each_operand(std::size_t count, const std::function<void(std::size_t)>& step);

}  // namespace gridfs::cli
