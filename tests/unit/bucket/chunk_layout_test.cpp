#include "bucket/chunks/chunk_layout.hpp"

#include <algorithm>
#include <limits>

#include "support/catch.hpp"

using namespace gridfs::detail;

namespace {

constexpr std::int32_t kib255 = 255 * 1024;
constexpr std::int32_t largest_chunk = 15 << 20;

}  // namespace

TEST_CASE("chunk_count at the edges of chunks") {
  CHECK(chunk_count(0, kib255) == 0);
  CHECK(chunk_count(1, kib255) == 1);
  CHECK(chunk_count(kib255 - 1, kib255) == 1);
  CHECK(chunk_count(kib255, kib255) == 1);
  CHECK(chunk_count(kib255 + 1, kib255) == 2);
  CHECK(chunk_count(1000LL * kib255, kib255) == 1000);
  CHECK(chunk_count(1000LL * kib255 + 1, kib255) == 1001);
  CHECK(chunk_count(7, 1) == 7);
}

TEST_CASE("chunk_count beyond 2 and 4 GiB and at the largest length") {
  CHECK(chunk_count((1LL << 31) - 1, 1 << 20) == 2048);
  CHECK(chunk_count(1LL << 31, 1 << 20) == 2048);
  CHECK(chunk_count((1LL << 31) + 1, 1 << 20) == 2049);
  CHECK(chunk_count((1LL << 32) + 1, 1 << 20) == 4097);
  constexpr auto longest = std::numeric_limits<std::int64_t>::max();
  CHECK(chunk_count(longest, 1) == longest);
  CHECK(chunk_count(longest, std::numeric_limits<std::int32_t>::max()) == 4294967299);
}

TEST_CASE("chunk_length: all chunks are full but for the last, which holds the rest") {
  CHECK(chunk_length(0, 1, 4) == 1);
  CHECK(chunk_length(0, 3, 4) == 3);
  CHECK(chunk_length(0, 4, 4) == 4);
  CHECK(chunk_length(0, 5, 4) == 4);
  CHECK(chunk_length(1, 5, 4) == 1);
  CHECK(chunk_length(1, 8, 4) == 4);
  constexpr std::int64_t length = (5LL << 30) + 1;
  CHECK(chunk_length(5119, length, 1 << 20) == 1 << 20);
  CHECK(chunk_length(5120, length, 1 << 20) == 1);
}

TEST_CASE("chunk lengths add up to the file's length") {
  for (std::int64_t length = 0; length < 40; ++length) {
    for (std::int32_t chunk_size = 1; chunk_size < 12; ++chunk_size) {
      std::int64_t sum = 0;
      for (std::int64_t n = 0; n < chunk_count(length, chunk_size); ++n) {
        const auto part = chunk_length(n, length, chunk_size);
        REQUIRE(part >= 1);
        sum += part;
      }
      REQUIRE(sum == length);
    }
  }
}

TEST_CASE("plan_upload bounds the size of a batch and of all that are under way") {
  const std::int32_t chunk_size = GENERATE(1, 1000, kib255, 1 << 20, 7 << 20, largest_chunk);
  const int parallelism = GENERATE(1, 2, 4, 16, 64);
  const bool compressed = GENERATE(false, true);
  const std::int64_t memory = GENERATE(8LL << 20, 20LL << 20, default_memory_bytes, 1LL << 30);
  const UploadPlan plan = plan_upload(chunk_size, parallelism, memory, compressed);
  REQUIRE(plan.chunks_per_batch >= 1);
  CHECK(plan.chunks_per_near_batch >= 1);
  CHECK(plan.chunks_per_near_batch <= plan.chunks_per_batch);
  CHECK(plan.in_flight >= 1);
  CHECK(plan.in_flight <= static_cast<std::size_t>(compressed ? std::min(parallelism, 8) : parallelism));
  const auto batch = plan.chunks_per_batch * static_cast<std::size_t>(chunk_size);
  // A server that takes messages of 16 MB must take a batch.
  CHECK(batch <= std::max<std::size_t>(8 << 20, static_cast<std::size_t>(chunk_size)));
  CHECK(plan.chunks_per_batch <= 10'000);
  // One batch is being filled besides those that are under way.
  const std::size_t copies = compressed ? 3 : 2;
  CHECK(
      copies * batch * (plan.in_flight + 1) <=
      std::max(static_cast<std::size_t>(memory), 2 * copies * static_cast<std::size_t>(std::max(chunk_size, 1 << 20))));
}

TEST_CASE("plan_upload makes large batches, and several of them where that is asked for") {
  CHECK(plan_upload(kib255, 1, default_memory_bytes).chunks_per_batch == 32);
  CHECK(plan_upload(kib255, 1, default_memory_bytes).chunks_per_near_batch == 4);
  CHECK(plan_upload(kib255, 1, default_memory_bytes).in_flight == 1);
  CHECK(plan_upload(kib255, 4, default_memory_bytes).in_flight == 4);
  CHECK(plan_upload(1, 4, default_memory_bytes).chunks_per_batch == 10'000);
  CHECK(plan_upload(largest_chunk, 64, default_memory_bytes).chunks_per_batch == 1);
}

TEST_CASE("plan_download keeps what is in memory within bounds") {
  const std::int32_t chunk_size = GENERATE(1, 1000, kib255, 1 << 20, 5 << 20, largest_chunk);
  const int parallelism = GENERATE(1, 2, 4, 8, 64);
  const std::int64_t memory = GENERATE(8LL << 20, default_memory_bytes);
  const auto plan = plan_download(chunk_size, 1'000'000, parallelism, memory);
  CHECK(plan.workers >= 1);
  CHECK(plan.workers <= parallelism);
  CHECK(plan.chunks_per_reply >= 1);
  const std::int64_t reply = std::int64_t{plan.chunks_per_reply} * chunk_size;
  if (plan.workers > 1) CHECK(3 * reply * plan.workers <= memory * 9 / 10);
  CHECK(reply <= std::max(4 << 20, chunk_size));
}

TEST_CASE("plan_download makes large parts, and several of them where that is asked for") {
  CHECK(plan_download(kib255, 12, 4, default_memory_bytes).chunks_per_reply == 12);
  CHECK(plan_download(kib255, 1000, 4, default_memory_bytes).workers == 4);
  CHECK(plan_download(kib255, 1000, 4, default_memory_bytes).chunks_per_reply == 12);
  CHECK(plan_download(kib255, 1000, 1, default_memory_bytes).chunks_per_reply == 16);
  CHECK(plan_download(1, 1'000'000, 1, default_memory_bytes).chunks_per_reply == 10'000);
  CHECK(plan_download(std::numeric_limits<std::int32_t>::max(), 1, 8, default_memory_bytes).chunks_per_reply == 1);
}
