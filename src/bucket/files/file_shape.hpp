/// What a files document says about the chunks of its file.
#pragma once

#include <cstdint>
#include <string>

#include "gridfs/file_info.hpp"

#include "bucket/chunks/chunk_layout.hpp"

namespace gridfs::detail {

struct FileShape {
  Value id;
  std::int64_t length;
  std::int32_t chunk_size;

  [[nodiscard]] std::int64_t chunks() const noexcept { return chunk_count(length, chunk_size); }
};

/// What is being done, for messages: `reading file 4f… (a.txt)`.
std::string describe_reading(const FileInfo& file);

/// @throws CorruptFile  the files document does not say how long the file or its chunks are
FileShape shape_of(const FileInfo& file, const std::string& description);

}  // namespace gridfs::detail
