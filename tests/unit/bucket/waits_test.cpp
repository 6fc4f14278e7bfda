#include "bucket/client/waits.hpp"

#include "support/catch.hpp"

using gridfs::detail::Waits;

TEST_CASE("the one that waits longest counts, whoever else begins or ends") {
  Waits waits;
  CHECK_FALSE(waits.earliest());
  std::optional<Waits::Entry> first(std::in_place, waits);
  const auto since = waits.earliest();
  REQUIRE(since);
  std::optional<Waits::Entry> second(std::in_place, waits);
  CHECK(waits.earliest() == since);
  second.reset();
  CHECK(waits.earliest() == since);
  second.emplace(waits);
  first.reset();
  REQUIRE(waits.earliest());
  CHECK(*waits.earliest() >= *since);
  second.reset();
  CHECK_FALSE(waits.earliest());
}
