/// What a failed or interrupted write may leave on the server.
#pragma once

#include <cstdint>
#include <string>

#include "gridfs/document.hpp"

namespace gridfs {

struct Leftover {
  enum class Kind {
    /// Nothing: the file is stored, but has not been reported yet.
    nothing,
    /// Chunks that belong to no file.
    chunks,
    /// The files document was sent, and the answer is unknown. Either the file is stored and complete, or its chunks
    /// are orphaned: they were not removed, since the document may still arrive.
    file_or_chunks,
  };

  Kind kind = Kind::chunks;
  /// The `_id` of the file, and `files_id` of its chunks.
  Value id;
  /// Empty if a removal has left the chunks.
  std::string filename;
  /// What went wrong.
  std::string reason;
  /// How much of an upload's content the server has acknowledged.
  std::int64_t bytes = 0;
};

}  // namespace gridfs
