/// How a bucket is used, and its limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gridfs/concerns.hpp"

namespace gridfs {

/// 255 KiB (GridFS specification, `chunkSizeBytes`).
inline constexpr std::int32_t default_chunk_size = 255 * 1024;

/// 15 MiB: with its other fields a chunk must fit the server's limit of 16 MiB a document.
inline constexpr std::int32_t max_chunk_size = 15 * 1024 * 1024;

/// The longest file that download_each() fetches: 1 MiB.
inline constexpr std::int64_t max_small_file = std::int64_t{1} << 20;

/// When a download uses several connections.
enum class Sharing {
  when_faster,  ///< where the server's first replies show that it gains, so not for small files
  always,       ///< from the second chunk on
};

struct BucketOptions {
  /// Names the collections `<name>.files` and `<name>.chunks`.
  std::string name = "fs";
  /// Bytes a chunk of new files, 1 to max_chunk_size.
  std::int32_t chunk_size_bytes = default_chunk_size;
  /// Empty: the connection string's. Unacknowledged writes are refused, from either.
  std::optional<WriteConcern> write_concern;
  std::optional<ReadConcern> read_concern;
  std::optional<ReadPreference> read_preference;
  /// How many connections one stream may use at once, 1 to 64; 1 is strictly sequential.
  int parallelism = 4;
  Sharing sharing = Sharing::when_faster;
};

}  // namespace gridfs
