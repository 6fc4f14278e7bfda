// The bytes of a chunk document from a server: what is taken from it lies within it, and copies of its ids are whole.
#include <vector>

#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_document.hpp"
#include "fuzz/fuzz_target.hpp"

using gridfs::test::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  // Its length and its end are right, or it would not have been told from the documents beside it.
  std::vector<std::uint8_t> bytes(data, data + size);
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(size >> (8 * i));
  bytes.back() = 0;
  bson_t document;
  require(bson_init_static(&document, bytes.data(), size));

  const auto chunk = gridfs::detail::parse_chunk(&document);
  if (chunk.data && !chunk.data->empty()) {
    const auto whole = std::as_bytes(std::span(bytes));
    require(chunk.data->data() >= whole.data());
    require(chunk.data->data() + chunk.data->size() <= whole.data() + whole.size());
  }
  for (const char* key : {"_id", "files_id"}) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, &document, key)) continue;
    try {
      const gridfs::Value id = gridfs::detail::to_value(iter);
      require(id == id);
      static_cast<void>(id.fits_in_list());
      static_cast<void>(id.to_json());
    } catch (const gridfs::CorruptFile&) {
      continue;
    }
  }
  return 0;
}
