#include "bucket/download/chunk_reader.hpp"

#include <algorithm>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_document.hpp"

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
      operation_(*bucket_, std::move(doing)),
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

Cursor ChunkReader::open() const {
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

  return operation_.open(Collection::chunks, filter.get(), options.get(), Reader::caller);
}

const bson_t* ChunkReader::fetch() {
  const auto begin = std::chrono::steady_clock::now();
  if (cursor_) mongoc_cursor_set_batch_size(cursor_->handle.get(), static_cast<std::uint32_t>(chunks_to_ask_for()));
  const bson_t* chunk = operation_.next(cursor_, [this] { return open(); });
  times_.note(std::chrono::steady_clock::now() - begin);
  return chunk;
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
