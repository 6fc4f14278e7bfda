/// Commands that do the same for each of their operands.
#pragma once

#include <cstddef>
#include <functional>

#include "cli/exit_code.hpp"

namespace gridfs::cli {

/// Calls `step(0)` to `step(count - 1)`. One that fails is named on standard error, and the others are done all the
/// same; but where the server cannot be reached, or lets nobody in, they are not tried.
/// @return  done; or some_failed; or, where all failed, the status that they share, else failure
/// @throws  what ends the program: Stopped, util::Interrupted, ClosedPipe, a standard output that failed
ExitCode for_each_operand(std::size_t count, const std::function<void(std::size_t)>& step);

}  // namespace gridfs::cli
