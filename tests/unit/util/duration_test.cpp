#include "util/text/duration.hpp"

#include <stdexcept>

#include "support/catch.hpp"

using gridfs::util::parse_duration;
using std::chrono::seconds;

TEST_CASE("spans of time in every unit") {
  CHECK(parse_duration("0") == seconds(0));
  CHECK(parse_duration("90") == seconds(90));
  CHECK(parse_duration("90s") == seconds(90));
  CHECK(parse_duration("30m") == seconds(1800));
  CHECK(parse_duration("36h") == seconds(129'600));
  CHECK(parse_duration("7d") == seconds(604'800));
  CHECK(parse_duration("2w") == seconds(1'209'600));
}

TEST_CASE("what is no span of time") {
  for (const char* text : {"", "d", "-1h", "1.5h", "1 h", "1y", "1hm", "99999999999999999999", "9999999999w", "h1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_duration(text), std::invalid_argument);
  }
}
