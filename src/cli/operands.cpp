#include "cli/operands.hpp"

#include <cerrno>
#include <string_view>

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

// Whether a message has the operand as a text of its own: `file 42: no such file` says which.
bool names(std::string_view message, std::string_view operand) {
  for (auto at = message.find(operand); at != std::string_view::npos; at = message.find(operand, at + 1)) {
    const std::string_view behind = message.substr(at + operand.size());
    const bool begins = at == 0 || message[at - 1] == ' ' || message[at - 1] == '\'';
    const bool ends = behind.empty() || behind.starts_with(" (") ||
                      std::string_view(":',)").find(behind.front()) != std::string_view::npos;
    if (begins && ends) return true;
  }
  return false;
}

std::string with_operand(const std::exception& failure, const std::string& operand) {
  const std::string message = failure.what();
  // A local path is named already, and that nobody can be reached is said of no operand.
  const bool is_clear = is_any_of<util::LocalError, ConnectionError, AuthenticationError>(failure);
  return operand.empty() || is_clear || names(message, operand) ? message : operand + ": " + message;
}

// Why an error meets all that would follow as well; empty if it may not.
std::string reason_for_all(const std::exception& failure) {
  if (is_any_of<ConnectionError>(failure)) return "the server cannot be reached";
  if (is_any_of<AuthenticationError>(failure)) return "the server does not allow it";
  const auto* local = dynamic_cast<const util::LocalError*>(&failure);
  if (local == nullptr) return {};
  switch (local->error()) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case EMFILE:
    case ENFILE:
      return util::error_text(local->error());
    default:
      return {};
  }
}

}  // namespace

bool is_for_all(const std::exception& error) { return !reason_for_all(error).empty(); }

void OperandTally::failed(const std::exception_ptr& error, const std::string& operand) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& failure) {
    if (ends_the_program(failure)) throw;
    say_error(with_operand(failure, operand));
    add(failure);
  }
}

void OperandTally::attempt(const std::string& operand, const std::function<void()>& step) {
  try {
    step();
    succeeded();
  } catch (...) {
    failed(std::current_exception(), operand);
  }
}

void OperandTally::say_skipped(const std::string& operands) const {
  if (skipped_ > 0) say_error(std::to_string(skipped_) + " " + operands + " skipped: " + hopeless_);
}

ExitCode OperandTally::result() const noexcept {
  if (!failure_) return ExitCode::done;
  return any_done_ ? ExitCode::some_failed : *failure_;
}

void OperandTally::add(const std::exception& failure) {
  const ExitCode code = exit_code_of(failure);
  failure_ = !failure_ || *failure_ == code ? code : ExitCode::failure;
  if (hopeless_.empty()) hopeless_ = reason_for_all(failure);
}

ExitCode for_each_operand(const std::vector<std::string>& operands, const std::function<void(std::size_t)>& step) {
  OperandTally tally;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (tally.is_hopeless()) {
      tally.skip();
    } else {
      tally.attempt(operands[i], [&] { step(i); });
    }
  }
  tally.say_skipped("operands");
  return tally.result();
}

}  // namespace gridfs::cli
