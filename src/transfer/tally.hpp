/// The outcomes of the operands of a command, and whether to continue with the next.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "transfer/listener.hpp"

namespace gridfs::transfer {

/// Whether all further operands would fail for the same reason: the server cannot be reached or denies access, or there
/// is no space to write to. Null is no error.
bool affects_all(const std::exception_ptr& error);

class Tally {
 public:
  /// @param listener  must outlive it
  explicit Tally(Listener& listener) : listener_(&listener) {}

  [[nodiscard]] Listener& listener() const noexcept { return *listener_; }

  void succeeded() noexcept { any_done_ = true; }

  /// Reports an operand's failure.
  /// @throws  the error itself, if it ends the whole command: Stopped, util::Interrupted, util::ClosedPipe,
  ///          util::OutputError
  void failed(const std::exception_ptr& error, const std::string& operand = {});

  /// Runs a step that may fail.
  void attempt(const std::string& operand, const std::function<void()>& step);

  /// Whether further operands are not to be tried: one has failed for a reason that affects_all().
  [[nodiscard]] bool must_stop() const noexcept { return !reason_.empty(); }
  /// Why; empty if they are to be tried.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

  /// Counts operands that are not tried because it must_stop().
  void skip(std::size_t count = 1) noexcept { skipped_ += count; }
  [[nodiscard]] std::size_t skipped() const noexcept { return skipped_; }

  [[nodiscard]] bool any_done() const noexcept { return any_done_; }
  [[nodiscard]] bool any_failed() const noexcept { return any_failed_; }

 private:
  Listener* listener_;
  bool any_done_ = false;
  bool any_failed_ = false;
  std::string reason_;
  std::size_t skipped_ = 0;
};

/// Calls `step` for the index of each operand. An exception is a failure in `tally`, and the others are still done,
/// unless that must_stop(): then they are skipped.
void for_each_operand(const std::vector<std::string>& operands, Tally& tally,
                      const std::function<void(std::size_t)>& step);

}  // namespace gridfs::transfer
