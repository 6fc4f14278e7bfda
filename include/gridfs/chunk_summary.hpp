/// The state of a file's chunks.
#pragma once

#include <cstdint>

namespace gridfs {

/// Counts of a file's chunks by their sequence numbers. Data is read of chunks beyond the end alone.
struct ChunkSummary {
  std::int64_t expected = 0;     ///< chunks that the file's length requires
  std::int64_t present = 0;      ///< of those, the ones that exist
  std::int64_t superfluous = 0;  ///< duplicates, and chunks beyond the end
  [[nodiscard]] bool complete() const noexcept { return present == expected && superfluous == 0; }
};

}  // namespace gridfs
