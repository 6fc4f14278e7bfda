#include "bucket/download/small_files_reader.hpp"

#include <algorithm>
#include <utility>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_document.hpp"
#include "bucket/client/driver_error.hpp"
#include "bucket/download/chunk_reader.hpp"

namespace gridfs::detail {

SmallFilesReader::SmallFilesReader(std::shared_ptr<const Bucket::Impl> bucket, std::vector<SmallFile> files,
                                   const Bucket::Receive& receive)
    : bucket_(std::move(bucket)), files_(std::move(files)), receive_(receive) {
  for (SmallFile& file : files_) by_id_.emplace(file.shape.id, &file);
}

void SmallFilesReader::run() {
  const Operation operation(*bucket_, describe_all(files_.front().description, files_.size()));
  operation.run([this](const Attempt& attempt) { read_together(attempt); }, Reader::caller);
  for (SmallFile& file : files_) {
    if (!file.delivered) read_alone(file);
  }
}

void SmallFilesReader::read_together(const Attempt& attempt) {
  std::vector<Value> ids;
  std::int64_t chunks = 0;
  for (const SmallFile& file : files_) {
    if (file.delivered || file.alone) continue;
    ids.push_back(file.shape.id);
    chunks += file.shape.chunks();
  }
  if (ids.empty()) return;
  Bson filter;
  append_any_of(filter.get(), "files_id", ids);
  Bson options;
  bson_t sort;
  bson_append_document_begin(options.get(), "sort", -1, &sort);
  append(&sort, "files_id", std::int32_t{1});
  append(&sort, "n", std::int32_t{1});
  bson_append_document_end(options.get(), &sort);
  append(options.get(), "batchSize", chunks + 1);  // so that the first reply tells that nothing follows

  current_ = nullptr;
  attempt.find(Collection::chunks, filter.get(), options.get(), [&](const bson_t* chunk) {
    attempt.operation().check();
    take(chunk);
  });
  conclude();
}

void SmallFilesReader::take(const bson_t* chunk) {
  bson_iter_t iter;
  if (!bson_iter_init_find(&iter, chunk, "files_id")) return;
  const auto found = by_id_.find(to_value(iter));
  SmallFile* const file = found == by_id_.end() ? nullptr : found->second;
  if (file != current_) {
    conclude();
    current_ = file;
    next_ = 0;
    content_.clear();
  }
  if (file == nullptr || file->alone) return;
  const auto& shape = file->shape;
  const auto [n, data] = parse_chunk(chunk);
  if (n != next_ || next_ >= shape.chunks() || !data) {
    file->alone = true;
    return;
  }
  file->alone = std::ssize(*data) != chunk_length(next_, shape.length, shape.chunk_size);
  content_.insert(content_.end(), data->begin(), data->end());
  bucket_->client().count_fetched(data->size());
  ++next_;
}

void SmallFilesReader::conclude() {
  SmallFile* const file = std::exchange(current_, nullptr);
  if (file == nullptr || file->alone || file->delivered) return;
  if (next_ == file->shape.chunks()) deliver(*file, nullptr);
}

void SmallFilesReader::read_alone(SmallFile& file) {
  content_.clear();
  try {
    const auto end = file.shape.chunks();
    ChunkReader reader(Operation(*bucket_, file.description), file.shape, {0, end},
                       plan_download(file.shape.chunk_size, end, 1, bucket_->options().memory_bytes).chunks_per_reply);
    while (reader.position() < end) {
      const auto chunk = reader.next();
      content_.insert(content_.end(), chunk.begin(), chunk.end());
    }
    reader.expect_end();
  } catch (const CorruptFile&) {
    content_.clear();
    return deliver(file, std::current_exception());
  } catch (const FileNotFound&) {
    content_.clear();
    return deliver(file, std::current_exception());
  }
  deliver(file, nullptr);
}

void SmallFilesReader::deliver(SmallFile& file, const std::exception_ptr& error) {
  file.delivered = true;
  try {
    receive_(file.index, content_, error);
  } catch (const TransientError& failure) {
    // It is of another client, and nothing to read again for.
    throw ConnectionError(failure.what(), failure.server_code(), failure.server_message());
  }
}

}  // namespace gridfs::detail
