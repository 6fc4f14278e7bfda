// Sizes of a command line: never negative, and what is shown for one is a size again, which promises no less.
#include <stdexcept>

#include "fuzz/fuzz_target.hpp"
#include "util/text/units.hpp"

using gridfs::test::as_text;
using gridfs::test::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto bytes = gridfs::util::parse_size(as_text(data, size));
    require(bytes >= 0);
    require(!gridfs::util::human_size(bytes).empty());
  } catch (const std::invalid_argument&) {
    return 0;
  }
  return 0;
}
