#include "bucket/check/check_tally.hpp"

#include <limits>

#include "support/catch.hpp"

using gridfs::FindingKind;
using gridfs::detail::ChunkProblem;
using gridfs::detail::ChunkTally;

namespace {

struct Chunk {
  std::optional<std::int64_t> n;
  std::optional<std::int64_t> size;
};

// 10 bytes in chunks of 4, unless the length says otherwise.
ChunkTally tally_of(const std::vector<Chunk>& chunks, std::int64_t length = 10) {
  ChunkTally tally(length, 4);
  for (const Chunk& chunk : chunks) tally.add(chunk.n, chunk.size);
  tally.finish();
  return tally;
}

ChunkProblem only_problem(const std::vector<Chunk>& chunks, std::int64_t length = 10) {
  const ChunkTally tally = tally_of(chunks, length);
  CHECK_FALSE(tally.complete());
  REQUIRE(tally.problems().size() == 1);
  return tally.problems().front();
}

void check_problem(const ChunkProblem& problem, FindingKind kind, const std::string& detail, std::int64_t chunks) {
  CHECK(problem.kind == kind);
  CHECK(problem.detail == detail);
  CHECK(problem.chunks == chunks);
}

}  // namespace

TEST_CASE("chunks that are as the files document says are no problem") {
  const ChunkTally tally = tally_of({{0, 4}, {1, 4}, {2, 2}});
  CHECK(tally.complete());
  CHECK(tally.chunks() == 3);
  CHECK(tally.bytes() == 10);
}

TEST_CASE("an empty file has no chunk, or an empty one") {
  CHECK(tally_of({}, 0).complete());
  CHECK(tally_of({{0, 0}}, 0).complete());
  CHECK_FALSE(tally_of({{0, 1}}, 0).complete());
  CHECK_FALSE(tally_of({{0, 0}, {1, 1}}, 0).complete());
}

TEST_CASE("missing chunks that lie together are one problem") {
  const auto kind = FindingKind::missing_chunk;
  check_problem(only_problem({{1, 4}, {2, 2}}), kind, "chunk 0 of 3 is missing", 1);
  check_problem(only_problem({{0, 4}, {2, 2}}), kind, "chunk 1 of 3 is missing", 1);
  check_problem(only_problem({{0, 4}, {1, 4}}), kind, "chunk 2 of 3 is missing", 1);
  check_problem(only_problem({{2, 2}}), kind, "chunks 0 to 1 of 3 are missing", 2);
  check_problem(only_problem({}), kind, "chunks 0 to 2 of 3 are missing", 3);
}

TEST_CASE("a chunk of the wrong size, or without data, is a problem") {
  const auto kind = FindingKind::wrong_chunk_size;
  check_problem(only_problem({{0, 3}, {1, 4}, {2, 2}}), kind, "chunk 0 of 3 has length 3, not 4", 1);
  check_problem(only_problem({{0, 4}, {1, 4}, {2, 4}}), kind, "chunk 2 of 3 has length 4, not 2", 1);
  check_problem(only_problem({{0, 4}, {1, std::nullopt}, {2, 2}}), kind, "chunk 1 of 3 has no data", 1);
}

TEST_CASE("a number that is there more than once is a problem") {
  const auto kind = FindingKind::duplicate_chunk;
  check_problem(only_problem({{0, 4}, {0, 4}, {1, 4}, {2, 2}}), kind, "chunk 0 of 3 is there twice", 1);
  check_problem(only_problem({{0, 4}, {1, 4}, {2, 2}, {2, 2}, {2, 2}}), kind, "chunk 2 of 3 is there 3 times", 2);
}

TEST_CASE("chunks behind the end, or without a number, are a problem") {
  const auto kind = FindingKind::superfluous_chunk;
  check_problem(only_problem({{0, 4}, {1, 4}, {2, 2}, {3, 1}}), kind, "chunk 3 is too many; there should be 3", 1);
  check_problem(only_problem({{0, 4}, {1, 4}, {2, 2}, {4, 1}, {9, 1}}), kind,
                "2 chunks, 4 to 9, are too many; there should be 3", 2);
  check_problem(only_problem({{-1, 4}, {0, 4}, {1, 4}, {2, 2}}), kind, "1 chunk has no valid sequence number", 1);
  check_problem(only_problem({{std::nullopt, 4}, {-1, 4}, {0, 4}, {1, 4}, {2, 2}}), kind,
                "2 chunks have no valid sequence number", 2);
}

TEST_CASE("an empty chunk behind the end is none") {
  for (const std::int64_t n : {3, 9}) {
    ChunkTally tally(10, 4);
    for (const auto size : {4, 4, 2}) tally.add(tally.chunks(), size);
    tally.add(n, 0);
    tally.finish();
    CHECK(tally.complete());
  }
}

TEST_CASE("problems are counted, not kept, where there are too many of them") {
  constexpr auto most = static_cast<std::int64_t>(ChunkTally::most_problems);
  ChunkTally tally(4 * (most + 5), 4);
  for (std::int64_t n = 0; n < most + 5; ++n) tally.add(n, 1);
  tally.finish();
  CHECK(tally.problems().size() == ChunkTally::most_problems);
  CHECK(tally.uncounted() == 5);
}

TEST_CASE("a file of the greatest length is no trouble") {
  ChunkTally tally(std::numeric_limits<std::int64_t>::max(), 1);
  tally.add(0, 1);
  tally.finish();
  REQUIRE(tally.problems().size() == 1);
  CHECK(tally.problems().front().chunks == std::numeric_limits<std::int64_t>::max() - 1);
}
