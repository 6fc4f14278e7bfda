/// A chunk document, as a server sent it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

/// What is of use in it; each part is empty where the field is not there or holds something else.
struct ChunkDocument {
  std::optional<std::int64_t> n;
  /// Within the document's bytes.
  std::optional<std::span<const std::byte>> data;
};

ChunkDocument parse_chunk(const bson_t* document) noexcept;

/// Whether it is an empty one behind the last of a file's chunks, which readers ignore as the specification's do: some
/// drivers have stored one.
bool is_empty_behind(const ChunkDocument& chunk, std::int64_t chunks_of_file) noexcept;

}  // namespace gridfs::detail
