#include "bucket/files/file_shape.hpp"

#include "gridfs/error.hpp"

#include "bucket/bucket_impl.hpp"

namespace gridfs::detail {

std::string describe_reading(const FileInfo& file) {
  const auto name = file.filename();
  return "reading " + describe(file.id()) + (name ? " (" + describe(*name) + ")" : std::string());
}

FileShape shape_of(const FileInfo& file, const std::string& description) {
  try {
    const std::int64_t length = file.length();
    // An empty file has no chunks, so that what size they would be does not matter.
    return {file.id(), length, length == 0 ? default_chunk_size : file.chunk_size()};
  } catch (const CorruptFile& error) {
    throw CorruptFile(description + ": " + error.what());
  }
}

}  // namespace gridfs::detail
