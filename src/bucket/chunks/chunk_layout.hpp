/// Where the bytes of a file lie in its chunks, and how many chunks travel together.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace gridfs::detail {

/// How many chunks hold `length` bytes.
constexpr std::int64_t chunk_count(std::int64_t length, std::int32_t chunk_size) {
  return length / chunk_size + (length % chunk_size != 0 ? 1 : 0);
}

/// How long chunk `n` of a file must be; n is from 0 and below chunk_count().
constexpr std::int64_t chunk_length(std::int64_t n, std::int64_t length, std::int32_t chunk_size) {
  return std::min<std::int64_t>(chunk_size, length - n * chunk_size);
}

/// How an upload is cut into inserts.
struct UploadPlan {
  std::size_t chunks_per_batch;
  /// The same for a server that is near: a small batch stays in the processor's cache from the source to the socket.
  std::size_t chunks_per_near_batch;
  /// Room for chunks_per_batch with their other fields, if the `_id` is a short one.
  std::size_t batch_bytes;
  /// Batches on their way at once.
  std::size_t in_flight;
};

/// Bounds what an upload holds: each batch on its way exists twice, here and in the driver's message, three times where
/// that is compressed, and one more is being filled. A compressor needs some memory of its own.
/// @param memory  BucketOptions::memory_bytes, as in all of these
constexpr UploadPlan plan_upload(std::int32_t chunk_size, int parallelism, std::int64_t memory,
                                 bool compressed = false) {
  const std::int64_t copies = compressed ? 3 : 2;
  constexpr int most_compressors = 8;
  const int most_in_flight = compressed ? std::min(parallelism, most_compressors) : parallelism;
  const std::int64_t budget = memory / copies;
  constexpr std::int64_t largest_batch = 8LL << 20;  // servers take messages of 48 MB, some only of 16 MB
  constexpr std::int64_t smallest_batch = 1LL << 20;
  constexpr std::int64_t most_chunks = 10'000;  // MongoDB's maxWriteBatchSize is 100,000, and was 1,000
  constexpr std::int64_t other_fields = 80;
  const std::int64_t most = std::clamp(budget / (parallelism + 1), smallest_batch, largest_batch);
  // The driver's buffer grows to powers of two: a batch that fills one wastes nothing of it.
  const auto wanted = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(most)));
  const std::int64_t document = chunk_size + other_fields;
  const std::int64_t chunks = std::clamp<std::int64_t>(wanted / document, 1, most_chunks);
  const std::int64_t batch = chunks * document;
  const std::int64_t in_flight = std::clamp<std::int64_t>(budget / batch - 1, 1, most_in_flight);
  const std::int64_t near = std::clamp<std::int64_t>(smallest_batch / document, 1, chunks);
  return {.chunks_per_batch = static_cast<std::size_t>(chunks),
          .chunks_per_near_batch = static_cast<std::size_t>(near),
          .batch_bytes = static_cast<std::size_t>(batch),
          .in_flight = static_cast<std::size_t>(in_flight)};
}

/// How small files are put together.
struct FileBatchPlan {
  /// Of chunks and files documents.
  std::size_t bytes;
  std::size_t files;
  std::size_t chunks;
  /// Batches on their way at once.
  std::size_t in_flight;
};

/// A batch is smaller than a batch of a large file, so that the first one is soon on its way and the last ones, of a
/// few thousand files in all, fly together.
constexpr FileBatchPlan plan_file_batches(int parallelism, std::int64_t memory) {
  const std::int64_t budget = memory / 2;
  constexpr std::int64_t bytes = 2LL << 20;
  return {static_cast<std::size_t>(bytes), 1'000, 10'000,
          static_cast<std::size_t>(std::clamp<std::int64_t>(budget / bytes - 1, 1, parallelism))};
}

/// The same for small files that are fetched: the driver has each batch twice, and the file that is delivered is in
/// memory.
constexpr FileBatchPlan plan_small_downloads(int parallelism, std::int64_t memory) {
  const std::int64_t budget = memory * 3 / 5;
  constexpr std::int64_t copies = 3;
  constexpr std::int64_t smallest = 256LL << 10;
  constexpr std::int64_t largest = 2LL << 20;
  const std::int64_t in_flight = std::min<std::int64_t>(parallelism, budget / copies / smallest);
  const std::int64_t bytes = std::clamp(budget / copies / in_flight, smallest, largest);
  return {static_cast<std::size_t>(bytes), 1'000, 10'000, static_cast<std::size_t>(in_flight)};
}

/// How a download is cut into parts.
struct DownloadPlan {
  /// Connections at once, each with one part.
  int workers;
  /// Of one part.
  std::int32_t chunks_per_reply;
};

/// Bounds what a download holds: workers × reply × copies ≤ budget. The driver has each reply twice, and three times
/// where it was compressed. A reply stays well under the 16 MB that some servers put no limit to of their own accord,
/// and under the 48 MB at which libmongoc refuses one.
constexpr DownloadPlan plan_download(std::int32_t chunk_size, std::int64_t chunks, int parallelism,
                                     std::int64_t memory) {
  const std::int64_t budget = memory * 9 / 10;
  constexpr std::int64_t copies = 3;
  constexpr std::int64_t largest_reply = 4LL << 20;
  constexpr std::int64_t most_chunks = 10'000;
  const std::int64_t wanted = std::clamp<std::int64_t>(chunks, 1, parallelism);
  const std::int64_t workers = std::clamp<std::int64_t>(budget / copies / chunk_size, 1, wanted);
  const std::int64_t reply = std::min(largest_reply, budget / copies / workers);
  return {static_cast<int>(workers),
          static_cast<std::int32_t>(std::clamp<std::int64_t>(reply / chunk_size, 1, most_chunks))};
}

}  // namespace gridfs::detail
