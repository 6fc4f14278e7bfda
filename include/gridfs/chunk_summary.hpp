/// What a look at a file's chunks tells.
#pragma once

#include <cstdint>

namespace gridfs {

/// What is there of a file's chunks, by their sequence numbers alone: no data is read.
struct ChunkSummary {
  std::int64_t expected = 0;     ///< chunks that the file's length asks for
  std::int64_t present = 0;      ///< of those, how many are there
  std::int64_t superfluous = 0;  ///< duplicates, and chunks behind the end
  [[nodiscard]] bool complete() const noexcept { return present == expected && superfluous == 0; }
};

}  // namespace gridfs
