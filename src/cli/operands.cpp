#include "cli/operands.hpp"

#include <optional>
#include <string>

#include "gridfs/error.hpp"

#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "util/local_error.hpp"

namespace gridfs::cli {

namespace {

bool is_hopeless(ExitCode code) { return code == ExitCode::unreachable || code == ExitCode::not_allowed; }

// What became of the operands so far.
class Tally {
 public:
  void succeeded() { any_done_ = true; }

  void failed(ExitCode code) {
    if (!failure_) {
      failure_ = code;
    } else if (*failure_ != code) {
      failure_ = ExitCode::failure;
    }
  }

  [[nodiscard]] ExitCode result() const {
    if (!failure_) return ExitCode::done;
    return any_done_ ? ExitCode::some_failed : *failure_;
  }

 private:
  bool any_done_ = false;
  std::optional<ExitCode> failure_;
};

}  // namespace

ExitCode for_each_operand(std::size_t count, const std::function<void(std::size_t)>& step) {
  Tally tally;
  for (std::size_t i = 0; i < count; ++i) {
    try {
      step(i);
      tally.succeeded();
    } catch (const Stopped&) {
      throw;
    } catch (const util::Interrupted&) {
      throw;
    } catch (const ClosedPipe&) {
      throw;
    } catch (const OutputError&) {
      throw;
    } catch (const std::exception& error) {
      say_error(error.what());
      const ExitCode code = exit_code_of(error);
      tally.failed(code);
      if (is_hopeless(code) && i + 1 < count) {
        say_error(std::to_string(count - i - 1) + " more were not tried");
        break;
      }
    }
  }
  return tally.result();
}

}  // namespace gridfs::cli
