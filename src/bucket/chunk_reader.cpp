#include "bucket/chunk_reader.hpp"

#include <algorithm>

#include "bucket/bson_bridge.hpp"
#include "bucket/chunk_layout.hpp"

namespace gridfs::detail {

ChunkReader::ChunkReader(std::shared_ptr<const Bucket::Impl> bucket, FileShape file, std::string doing,
                         std::int64_t first, std::int64_t end)
    : bucket_(std::move(bucket)),
      file_(std::move(file)),
      doing_(std::move(doing)),
      next_(first),
      end_(end),
      reads_to_the_end_(end >= chunk_count(file_.length, file_.chunk_size)) {}

std::span<const std::byte> ChunkReader::next() {
  const bson_t* chunk = fetch();
  if (chunk == nullptr) throw_corrupt("chunk " + std::to_string(next_) + " is missing");
  const auto data = checked_data(chunk);
  ++next_;
  return data;
}

void ChunkReader::expect_end() {
  if (!reads_to_the_end_) return;
  if (fetch() != nullptr) throw_corrupt("there is a chunk that does not belong to it");
  cursor_.reset();
}

void ChunkReader::open() {
  Bson filter;
  append_equal(filter.get(), "files_id", file_.id);
  const bool all = next_ == 0 && reads_to_the_end_;
  if (!all) {
    bson_t range;
    bson_append_document_begin(filter.get(), "n", -1, &range);
    append(&range, "$gte", next_);
    if (!reads_to_the_end_) append(&range, "$lt", end_);
    bson_append_document_end(filter.get(), &range);
  }
  Bson options;
  append_sort(options.get(), "n", 1);
  // One more than is left, so that the first reply tells that nothing follows.
  const auto batch = std::min<std::int64_t>(end_ - next_ + 1, chunks_per_reply(file_.chunk_size));
  append(options.get(), "batchSize", static_cast<std::int32_t>(batch));

  auto client = bucket_->client().acquire(doing_, bucket_->prefs());
  auto chunks = bucket_->chunks(client);
  CursorHandle cursor(mongoc_collection_find_with_opts(chunks.get(), filter.get(), options.get(), bucket_->prefs()));
  cursor_.emplace(ClientCursor{std::move(client), std::move(chunks), std::move(cursor)});
}

const bson_t* ChunkReader::fetch() {
  return bucket_->client().with_retries(doing_, [&](int /*attempt*/) -> const bson_t* {
    try {
      if (!cursor_) open();
      bucket_->client().limit_reply(cursor_->client);
      const bson_t* chunk = nullptr;
      if (mongoc_cursor_next(cursor_->cursor.get(), &chunk)) return chunk;
      check_cursor(cursor_->cursor.get(), doing_);
      return nullptr;
    } catch (const TransientError&) {
      cursor_.reset();
      throw;
    }
  });
}

std::span<const std::byte> ChunkReader::checked_data(const bson_t* chunk) const {
  bson_iter_t iter;
  const std::string expected = "chunk " + std::to_string(next_);
  const std::int64_t n = bson_iter_init_find(&iter, chunk, "n") ? whole_number(iter).value_or(-1) : -1;
  if (n < 0) throw_corrupt(expected + " has no sequence number");
  if (n > next_) throw_corrupt(expected + " is missing");
  if (n < next_) throw_corrupt("chunk " + std::to_string(n) + " is there twice");

  if (!bson_iter_init_find(&iter, chunk, "data") || !BSON_ITER_HOLDS_BINARY(&iter)) {
    throw_corrupt(expected + " has no data");
  }
  std::uint32_t length = 0;
  const std::uint8_t* bytes = nullptr;
  bson_iter_binary(&iter, nullptr, &length, &bytes);
  const auto wanted = chunk_length(next_, file_.length, file_.chunk_size);
  if (length != wanted) {
    throw_corrupt(expected + " has " + std::to_string(length) + " bytes, not " + std::to_string(wanted));
  }
  return std::as_bytes(std::span(bytes, length));
}

void ChunkReader::throw_corrupt(const std::string& what) const { throw CorruptFile(doing_ + ": " + what); }

}  // namespace gridfs::detail
