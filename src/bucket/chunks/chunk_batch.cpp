#include "bucket/chunks/chunk_batch.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <random>
#include <stdexcept>

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

// The parts of an ObjectId: 4 bytes of time, 5 random ones, 3 of a counter, all big-endian.
constexpr std::size_t random_begin = 4;
constexpr std::size_t random_end = 9;
constexpr std::uint32_t largest_counter = 0xFFFFFF;

void put_big_endian(std::uint8_t* to, std::size_t bytes, std::uint32_t value) {
  for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * (bytes - 1 - i)));
}

std::uint32_t counter_of(const bson_oid_t& oid) {
  const std::uint8_t* bytes = oid.bytes + random_end;
  return std::uint32_t{bytes[0]} << 16 | std::uint32_t{bytes[1]} << 8 | bytes[2];
}

// What comes before binary data in a document (https://bsonspec.org/spec.html): the element's type and name, and then
// the length, which is not known yet, and the subtype.
constexpr std::size_t binary_head = 5;
constexpr std::array<std::uint8_t, 6 + binary_head> data_head{BSON_TYPE_BINARY,   'd', 'a', 't', 'a', 0, 0, 0, 0, 0,
                                                              BSON_SUBTYPE_BINARY};

// BSON's int32: little-endian.
void put_length(std::byte* to, std::size_t length) {
  for (std::size_t i = 0; i < 4; ++i) to[i] = static_cast<std::byte>(length >> (8 * i));
}

}  // namespace

ChunkIds::ChunkIds() {
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

void ChunkBatch::begin(const bson_oid_t& id, const Value& files_id, std::int32_t n) {
  if (buffer_.empty()) buffer_.reserve(capacity_);
  Bson head;
  bson_append_oid(head.get(), "_id", -1, &id);
  append(head.get(), "files_id", files_id);
  append(head.get(), "n", n);

  begins_.push_back(buffer_.size());
  ids_.push_back(id);
  write(bson_get_data(head.get()), head.get()->len - 1);  // all but the end of the document
  write(data_head.data(), data_head.size());
  data_begin_ = buffer_.size();
}

void ChunkBatch::extend(std::span<const std::byte> data) { buffer_.insert(buffer_.end(), data.begin(), data.end()); }

void ChunkBatch::end() {
  const std::size_t length = buffer_.size() - data_begin_;
  put_length(buffer_.data() + data_begin_ - binary_head, length);
  data_bytes_ += length;
  buffer_.push_back(std::byte{0});
  put_length(buffer_.data() + begins_.back(), buffer_.size() - begins_.back());
}

void ChunkBatch::add(const bson_oid_t& id, const Value& files_id, std::int32_t n, std::span<const std::byte> data) {
  begin(id, files_id, n);
  extend(data);
  end();
}

void ChunkBatch::clear() noexcept {
  buffer_.clear();
  begins_.clear();
  ids_.clear();
  data_bytes_ = 0;
}

std::vector<BsonRef> ChunkBatch::documents() const {
  std::vector<BsonRef> documents(size());
  for (std::size_t i = 0; i < size(); ++i) {
    const std::size_t end = i + 1 < size() ? begins_[i + 1] : buffer_.size();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(buffer_.data()) + begins_[i];
    if (!bson_init_static(&documents[i].bson, bytes, end - begins_[i]))
      throw std::logic_error("a chunk is not a document");
  }
  return documents;
}

std::optional<std::size_t> ChunkBatch::index_of(const bson_oid_t& id) const noexcept {
  if (empty()) return std::nullopt;
  const std::size_t index = (counter_of(id) - counter_of(ids_.front())) & largest_counter;
  if (index >= size() || !bson_oid_equal(&ids_[index], &id)) return std::nullopt;
  return index;
}

void ChunkBatch::write(const void* bytes, std::size_t count) { extend({static_cast<const std::byte*>(bytes), count}); }

}  // namespace gridfs::detail
