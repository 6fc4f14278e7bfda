/// Telling what a write may have left on the server, and how to remove it.
#pragma once

#include <span>

#include "gridfs/leftover.hpp"

namespace gridfs::cli {

/// One line about one upload or removal.
void say_leftover(const Leftover& leftover);

/// One line about all of them, and one about files that are stored without their ids being printed; none if there is
/// nothing to say.
void say_leftovers(std::span<const Leftover> leftovers);

}  // namespace gridfs::cli
