#include "bucket/chunks/chunk_document.hpp"

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

ChunkDocument parse_chunk(const bson_t* document) noexcept {
  ChunkDocument chunk;
  bson_iter_t iter;
  if (bson_iter_init_find(&iter, document, "n")) chunk.n = whole_number(iter);
  if (bson_iter_init_find(&iter, document, "data") && BSON_ITER_HOLDS_BINARY(&iter)) {
    std::uint32_t length = 0;
    const std::uint8_t* bytes = nullptr;
    bson_iter_binary(&iter, nullptr, &length, &bytes);
    chunk.data = std::as_bytes(std::span(bytes, length));
  }
  return chunk;
}

bool is_empty_behind(const ChunkDocument& chunk, std::int64_t chunks_of_file) noexcept {
  return chunk.n && *chunk.n >= chunks_of_file && chunk.data && chunk.data->empty();
}

}  // namespace gridfs::detail
