/// Commands that do the same for each of their operands.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"

namespace gridfs::cli {

/// Whether an error meets whatever else is tried as well: the server cannot be reached, or lets nobody in, or there is
/// no room to write to.
bool is_for_all(const std::exception& error);

/// What became of the operands so far.
class OperandTally {
 public:
  void succeeded() noexcept { any_done_ = true; }

  /// Names the operand and its failure on standard error.
  /// @throws  the error itself, if it ends the program: Stopped, util::Interrupted, ClosedPipe, OutputError
  void failed(const std::exception_ptr& error, const std::string& operand = {});

  /// Runs a step that may fail.
  void attempt(const std::string& operand, const std::function<void()>& step);

  /// Whether trying further operands makes no sense: one has failed for a reason that is_for_all().
  [[nodiscard]] bool is_hopeless() const noexcept { return !hopeless_.empty(); }

  /// Counts operands that are not tried because that is hopeless.
  void skip(std::size_t count = 1) noexcept { skipped_ += count; }
  [[nodiscard]] std::size_t skipped() const noexcept { return skipped_; }

  /// Says on standard error how many were skipped, and why; nothing if none were.
  /// @param operands  what they are: `operands`, `files`
  void say_skipped(const std::string& operands) const;

  /// done; or some_failed; or, where all failed, the status that they share, else failure.
  [[nodiscard]] ExitCode result() const noexcept;

  /// Why further operands are not tried; empty if they are.
  [[nodiscard]] const std::string& reason() const noexcept { return hopeless_; }

 private:
  void add(const std::exception& failure);

  bool any_done_ = false;
  std::string hopeless_;  // why
  std::size_t skipped_ = 0;
  std::optional<ExitCode> failure_;
};

/// Calls `step(0)` to `step(operands.size() - 1)`. One that fails is named on standard error, and the others are done
/// all the same, unless it is hopeless. Throws as OperandTally::failed().
ExitCode for_each_operand(const std::vector<std::string>& operands, const std::function<void(std::size_t)>& step);

}  // namespace gridfs::cli
