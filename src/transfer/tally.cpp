#include "transfer/tally.hpp"

#include <cerrno>

#include "gridfs/error.hpp"

#include "util/fs/local_error.hpp"

namespace gridfs::transfer {

namespace {

bool ends_everything(const std::exception& error) {
  return util::is_any_of<Stopped, util::Interrupted, util::ClosedPipe, util::OutputError>(error);
}

// Why an error affects all that would follow as well; empty if it may not.
std::string reason_for_all(const std::exception& failure) {
  if (util::is_any_of<ConnectionError>(failure)) return "the server cannot be reached";
  if (util::is_any_of<AuthenticationError>(failure)) return "the server does not allow it";
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

bool affects_all(const std::exception_ptr& error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (const std::exception& failure) {
    return !reason_for_all(failure).empty();
  }
  return false;
}

void Tally::failed(const std::exception_ptr& error, const std::string& operand) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& failure) {
    if (ends_everything(failure)) throw;
    any_failed_ = true;
    listener_->failed(failure, operand);
    if (!must_stop()) reason_ = reason_for_all(failure);
  }
}

void Tally::attempt(const std::string& operand, const std::function<void()>& step) {
  try {
    step();
    succeeded();
  } catch (...) {
    failed(std::current_exception(), operand);
  }
}

void for_each_operand(const std::vector<std::string>& operands, Tally& tally,
                      const std::function<void(std::size_t)>& step) {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (tally.must_stop()) return tally.skip(operands.size() - i);
    tally.attempt(operands[i], [&] { step(i); });
  }
}

}  // namespace gridfs::transfer
