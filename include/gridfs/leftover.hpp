/// What a write that failed, or did not come to its end, may leave on the server.
#pragma once

#include <cstdint>
#include <string>

#include "gridfs/document.hpp"

namespace gridfs {

struct Leftover {
  enum class Kind {
    /// Nothing: the file is stored, and only its report is under way.
    nothing,
    /// Chunks that belong to no file.
    chunks,
    /// The files document was sent, and its answer is not known. Either the file is stored and whole, or its chunks
    /// belong to no file: none of them was removed, since the document may still come.
    file_or_chunks,
  };

  Kind kind = Kind::chunks;
  /// The `_id` of the file, and `files_id` of its chunks.
  Value id;
  /// Empty where a removal has left the chunks.
  std::string filename;
  /// What went wrong.
  std::string reason;
  /// How much of an upload the server has acknowledged, overhead included.
  std::int64_t bytes = 0;
};

}  // namespace gridfs
