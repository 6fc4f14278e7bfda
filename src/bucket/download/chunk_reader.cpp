#include "bucket/download/chunk_reader.hpp"

#include <algorithm>
#include <utility>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_document.hpp"

namespace gridfs::detail {

ChunkReader::ChunkReader(Operation operation, FileShape file, ChunkRange range, std::int64_t chunks_per_reply)
    : operation_(std::move(operation)),
      file_(std::move(file)),
      range_(range),
      chunks_per_reply_(chunks_per_reply),
      next_(range.first) {}

bool ChunkReader::fetch_ahead_if_free() {
  try {
    if (!at_hand_) at_hand_ = fetch(Operation(operation_.bucket(), operation_.description(), Urgency::ahead));
    return true;
  } catch (const NoConnectionFree&) {
    return false;
  }
}

std::span<const std::byte> ChunkReader::next() {
  const bson_t* chunk = fetch(operation_);
  if (is_missing(chunk)) {
    if (reader_ == Reader::library || !operation_.bucket().may_read_from_secondary()) throw_missing();
    cursor_.reset();
    reader_ = Reader::library;
    chunk = fetch(operation_);
    if (is_missing(chunk)) throw_missing();
  }
  const auto data = checked_data(chunk);
  ++next_;
  operation_.bucket().client().count_fetched(data.size());
  return data;
}

void ChunkReader::expect_end() {
  while (const bson_t* found = fetch(operation_)) {
    const auto chunk = parse_chunk(found);
    if (!is_last() && chunk.n >= range_.end) return;  // of a query that was for more
    if (is_empty_behind(chunk, file_.chunks())) continue;
    cursor_.reset();  // whoever asks once more is told once more
    throw_corrupt("there is a chunk that does not belong to it");
  }
  cursor_.reset();
}

std::int64_t ChunkReader::chunks_to_ask_for() const noexcept {
  // One more than is left, so that the last reply tells that nothing follows.
  const auto left = range_.end - next_;
  return left <= chunks_per_reply_ ? left + 1 : chunks_per_reply_;
}

Cursor ChunkReader::open(const Operation& operation) const {
  Bson filter;
  append_equal(filter.get(), "files_id", file_.id);
  if (next_ > 0 || !is_last()) {
    bson_t range;
    bson_append_document_begin(filter.get(), "n", -1, &range);
    append(&range, "$gte", next_);
    if (!is_last()) append(&range, "$lt", range_.end);
    bson_append_document_end(filter.get(), &range);
  }
  Bson options;
  append_sort(options.get(), "n", 1);
  append(options.get(), "batchSize", chunks_to_ask_for());

  return operation.open(Collection::chunks, filter.get(), options.get(), reader_);
}

const bson_t* ChunkReader::fetch(const Operation& operation) {
  if (at_hand_) return *std::exchange(at_hand_, std::nullopt);
  if (cursor_) mongoc_cursor_set_batch_size(cursor_->handle.get(), static_cast<std::uint32_t>(chunks_to_ask_for()));
  return operation.next(cursor_, [&] { return open(operation); });
}

bool ChunkReader::is_missing(const bson_t* found) const {
  return found == nullptr || parse_chunk(found).n.value_or(-1) > next_;
}

std::span<const std::byte> ChunkReader::checked_data(const bson_t* chunk) {
  const auto [number, data] = parse_chunk(chunk);
  const std::int64_t n = number.value_or(-1);
  const auto expected = [this] { return "chunk " + std::to_string(next_); };
  if (n < 0) throw_corrupt(expected() + " has no valid sequence number");
  if (n < next_) throw_corrupt("chunk " + std::to_string(n) + " is there twice");

  if (!data) throw_corrupt(expected() + " has no data");
  const auto wanted = chunk_length(next_, file_.length, file_.chunk_size);
  if (std::ssize(*data) != wanted) {
    throw_corrupt(expected() + " has length " + std::to_string(data->size()) + ", not " + std::to_string(wanted));
  }
  return *data;
}

void ChunkReader::throw_missing() {
  cursor_.reset();  // its connection may be the only one
  bool removed = false;
  try {
    removed = !operation_.find_one(Collection::files, Equal("_id", file_.id));
  } catch (const ConnectionError&) {
    // Then it is not known.
  }
  if (removed) throw FileNotFound(operation_.description() + ": it was removed while it was being read");
  throw_corrupt("chunk " + std::to_string(next_) + " is missing");
}

void ChunkReader::throw_corrupt(const std::string& what) const {
  throw CorruptFile(operation_.description() + ": " + what);
}

}  // namespace gridfs::detail
