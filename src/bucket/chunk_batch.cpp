#include "bucket/chunk_batch.hpp"

#include <algorithm>
#include <ctime>
#include <random>

#include "bucket/bson_bridge.hpp"
#include "gridfs/error.hpp"

namespace gridfs::detail {

namespace {

// The parts of an ObjectId: 4 bytes of time, 5 random ones, 3 of a counter, all big-endian.
constexpr std::size_t random_begin = 4;
constexpr std::size_t random_end = 9;

void put_big_endian(std::uint8_t* to, std::size_t bytes, std::uint32_t value) {
  for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * (bytes - 1 - i)));
}

}  // namespace

ChunkIds::ChunkIds() : seed_{} {
  std::random_device random;
  std::generate(seed_.bytes + random_begin, seed_.bytes + random_end,
                [&] { return static_cast<std::uint8_t>(random()); });
}

bson_oid_t ChunkIds::next() {
  bson_oid_t oid = seed_;
  put_big_endian(oid.bytes, random_begin, static_cast<std::uint32_t>(std::time(nullptr)));
  put_big_endian(oid.bytes + random_end, 3, counter_++);
  return oid;
}

bool ChunkIds::is_ours(const bson_oid_t& oid) const noexcept {
  return std::equal(oid.bytes + random_begin, oid.bytes + random_end, seed_.bytes + random_begin);
}

void ChunkBatch::add(const bson_oid_t& id, const Value& files_id, std::int32_t n, std::span<const std::byte> data) {
  constexpr std::size_t other_fields = 128;
  DocumentHandle chunk(bson_sized_new(data.size() + files_id.holder().bytes().size() + other_fields));
  bson_append_oid(chunk.get(), "_id", -1, &id);
  append(chunk.get(), "files_id", files_id);
  append(chunk.get(), "n", n);
  static constexpr std::uint8_t nothing = 0;
  const auto* bytes = data.empty() ? &nothing : reinterpret_cast<const std::uint8_t*>(data.data());
  if (!bson_append_binary(chunk.get(), "data", -1, BSON_SUBTYPE_BINARY, bytes,
                          static_cast<std::uint32_t>(data.size()))) {
    throw ConfigurationError("a chunk would exceed BSON's limit");
  }
  documents_.push_back(std::move(chunk));
  ids_.push_back(id);
}

}  // namespace gridfs::detail
