/// Options and limits of a bucket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gridfs/concerns.hpp"

namespace gridfs {

/// 255 KiB (GridFS specification, `chunkSizeBytes`).
inline constexpr std::int32_t default_chunk_size = 255 * 1024;

/// 15 MiB: a chunk with its other fields must fit the server's limit of 16 MiB per document.
inline constexpr std::int32_t max_chunk_size = 15 * 1024 * 1024;

/// The largest file that download_each() accepts: 1 MiB.
inline constexpr std::int64_t max_small_file = std::int64_t{1} << 20;

/// 40 MiB.
inline constexpr std::int64_t default_memory_bytes = std::int64_t{40} << 20;

struct BucketOptions {
  /// Names the collections `<name>.files` and `<name>.chunks`.
  std::string name = "fs";
  /// The chunk size of new files in bytes, 1 to max_chunk_size.
  std::int32_t chunk_size_bytes = default_chunk_size;
  /// Default: the connection string's. Unacknowledged writes are refused.
  std::optional<WriteConcern> write_concern{};
  std::optional<ReadConcern> read_concern{};
  std::optional<ReadPreference> read_preference{};
  /// The number of connections that one stream may use in parallel, 1 to 64; 1 is strictly sequential. Never more
  /// than ClientOptions::max_connections.
  int parallelism = 4;
  /// What one stream, one batch upload or one download_each() holds of the content at most, the driver's copies with
  /// it, in bytes, 8 MiB to 1 GiB; two chunks and their copies are held in any case. With less, fewer connections are
  /// used, with smaller messages.
  std::int64_t memory_bytes = default_memory_bytes;
};

}  // namespace gridfs
