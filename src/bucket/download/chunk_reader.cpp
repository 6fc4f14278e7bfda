#include "bucket/download/chunk_reader.hpp"

#include <algorithm>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_document.hpp"
#include "bucket/client/cursor.hpp"

namespace gridfs::detail {

namespace {

// `{$mod: [step, remainder]}`
void append_remainder(bson_t* filter, int step, std::int64_t remainder) {
  bson_t pair;
  bson_append_array_begin(filter, "$mod", -1, &pair);
  append(&pair, "0", std::int64_t{step});
  append(&pair, "1", remainder);
  bson_append_array_end(filter, &pair);
}

}  // namespace

ChunkReader::ChunkReader(std::shared_ptr<const Bucket::Impl> bucket, FileShape file, std::string doing,
                         ChunkShare share, DownloadPlan plan)
    : bucket_(std::move(bucket)),
      file_(std::move(file)),
      doing_(std::move(doing)),
      share_(share),
      plan_(plan),
      next_(share.first),
      reads_to_the_end_(share.end >= file_.chunks()),
      times_(plan.chunks_per_probe) {}

std::span<const std::byte> ChunkReader::next() {
  const bson_t* chunk = fetch();
  if (chunk == nullptr) throw_missing();
  const auto data = checked_data(chunk);
  next_ += share_.step;
  bucket_->client().count_fetched(data.size());
  return data;
}

void ChunkReader::expect_end() {
  if (!reads_to_the_end_) return;
  while (const bson_t* chunk = fetch()) {
    if (!is_empty_behind(parse_chunk(chunk), file_.chunks())) {
      throw_corrupt("there is a chunk that does not belong to it");
    }
  }
  cursor_.reset();
}

bool ChunkReader::should_share() const {
  if (plan_.workers == 1) return false;
  if (bucket_->options().sharing == Sharing::always) return next_ > share_.first && left() >= plan_.workers;
  const Client::Impl& client = bucket_->client();
  if (client.is_far() && left() > plan_.chunks_per_reply && times_.only_way_is_long(client.round_trip())) return true;
  return times_.sharing_pays(left(), plan_.workers);
}

std::int64_t ChunkReader::left() const noexcept {
  return std::max<std::int64_t>(0, (share_.end - next_ + share_.step - 1) / share_.step);
}

std::int64_t ChunkReader::chunks_to_ask_for() const noexcept {
  const bool probing = next_ - share_.first < 2 * std::int64_t{plan_.chunks_per_probe} * share_.step;
  const std::int64_t most = probing ? plan_.chunks_per_probe : plan_.chunks_per_reply;
  // One more than is left, so that the last reply tells that nothing follows.
  return left() <= most ? left() + 1 : most;
}

void ChunkReader::open() {
  Bson filter;
  append_equal(filter.get(), "files_id", file_.id);
  const bool all = next_ == 0 && reads_to_the_end_ && share_.step == 1;
  if (!all) {
    bson_t range;
    bson_append_document_begin(filter.get(), "n", -1, &range);
    append(&range, "$gte", next_);
    if (!reads_to_the_end_) append(&range, "$lt", share_.end);
    if (share_.step > 1) append_remainder(&range, share_.step, next_ % share_.step);
    bson_append_document_end(filter.get(), &range);
  }
  Bson options;
  append_sort(options.get(), "n", 1);
  append(options.get(), "batchSize", chunks_to_ask_for());

  auto client = bucket_->client().acquire(doing_, bucket_->prefs());
  auto chunks = bucket_->chunks(client);
  CursorHandle cursor(mongoc_collection_find_with_opts(chunks.get(), filter.get(), options.get(), bucket_->prefs()));
  cursor_.emplace(ClientCursor{std::move(client), std::move(chunks), std::move(cursor)});
}

const bson_t* ChunkReader::fetch() {
  const auto begin = std::chrono::steady_clock::now();
  const bson_t* chunk = bucket_->client().with_retries(doing_, [&](int /*attempt*/) { return fetch_once(); });
  times_.note(std::chrono::steady_clock::now() - begin);
  return chunk;
}

const bson_t* ChunkReader::fetch_once() {
  try {
    if (!cursor_) open();
    mongoc_cursor_set_batch_size(cursor_->cursor.get(), static_cast<std::uint32_t>(chunks_to_ask_for()));
    return next_document(*bucket_, cursor_->cursor.get(), doing_);
  } catch (const TransientError&) {
    cursor_.reset();
    throw;
  }
}

std::span<const std::byte> ChunkReader::checked_data(const bson_t* chunk) const {
  const auto [number, data] = parse_chunk(chunk);
  const std::int64_t n = number.value_or(-1);
  if (n > next_) throw_missing();
  const auto expected = [this] { return "chunk " + std::to_string(next_); };
  if (n < 0) throw_corrupt(expected() + " has no sequence number");
  if (n < next_) throw_corrupt("chunk " + std::to_string(n) + " is there twice");

  if (!data) throw_corrupt(expected() + " has no data");
  const auto wanted = chunk_length(next_, file_.length, file_.chunk_size);
  if (std::ssize(*data) != wanted) {
    throw_corrupt(expected() + " has " + std::to_string(data->size()) + " bytes, not " + std::to_string(wanted));
  }
  return *data;
}

void ChunkReader::throw_missing() const {
  Bson filter;
  append_equal(filter.get(), "_id", file_.id);
  bool removed = false;
  try {
    removed = !bucket_->find_one_file(doing_, filter.get(), nullptr, nullptr);
  } catch (const ConnectionError&) {
    // Then it is not known.
  }
  if (removed) throw FileNotFound(doing_ + ": it was removed while it was being read");
  throw_corrupt("chunk " + std::to_string(next_) + " is missing");
}

void ChunkReader::throw_corrupt(const std::string& what) const { throw CorruptFile(doing_ + ": " + what); }

}  // namespace gridfs::detail
