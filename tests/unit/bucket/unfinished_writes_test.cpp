#include "bucket/client/unfinished_writes.hpp"

#include <memory>
#include <string>

#include "support/catch.hpp"

using namespace gridfs;
using namespace gridfs::detail;

TEST_CASE("what failed writes may have left is bounded") {
  UnfinishedWrites writes;
  const auto begin = [&](std::size_t i) {
    return std::make_unique<UnfinishedWrites::Entry>(
        writes, Leftover{Leftover::Kind::chunks, Value(static_cast<std::int64_t>(i)), {}, {}});
  };
  const auto kept = begin(0);
  kept->leave(Leftover::Kind::chunks, "first");
  for (std::size_t i = 1; i <= UnfinishedWrites::most_left + 1; ++i) begin(i)->leave(Leftover::Kind::chunks, "lost");
  const auto left = writes.left();
  REQUIRE(left.size() == UnfinishedWrites::most_left + 1);
  CHECK(left.front().id == Value(std::int64_t{2}));
  CHECK(left.back().id == Value(std::int64_t{0}));
  CHECK(kept->leave(Leftover::Kind::file_or_chunks, "second").reason == "second");
  CHECK(writes.list().empty());
}
