#include "cli/operands.hpp"

#include <string>

#include "gridfs/error.hpp"

#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "util/local_error.hpp"

namespace gridfs::cli {

namespace {

template <typename... Types>
bool is_any_of(const std::exception& error) {
  return ((dynamic_cast<const Types*>(&error) != nullptr) || ...);
}

bool ends_the_program(const std::exception& error) {
  return is_any_of<Stopped, util::Interrupted, ClosedPipe, OutputError>(error);
}

}  // namespace

void OperandTally::failed(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& failure) {
    if (ends_the_program(failure)) throw;
    say_error(failure.what());
    add(exit_code_of(failure));
  }
}

void OperandTally::attempt(const std::function<void()>& step) {
  try {
    step();
    succeeded();
  } catch (...) {
    failed(std::current_exception());
  }
}

ExitCode OperandTally::result() const noexcept {
  if (!failure_) return ExitCode::done;
  return any_done_ ? ExitCode::some_failed : *failure_;
}

void OperandTally::add(ExitCode code) noexcept {
  failure_ = !failure_ || *failure_ == code ? code : ExitCode::failure;
  if (code == ExitCode::unreachable || code == ExitCode::not_allowed) hopeless_ = true;
}

ExitCode for_each_operand(std::size_t count, const std::function<void(std::size_t)>& step) {
  OperandTally tally;
  for (std::size_t i = 0; i < count; ++i) {
    tally.attempt([&] { step(i); });
    if (tally.is_hopeless() && i + 1 < count) {
      say_error(std::to_string(count - i - 1) + " more were not tried");
      break;
    }
  }
  return tally.result();
}

}  // namespace gridfs::cli
