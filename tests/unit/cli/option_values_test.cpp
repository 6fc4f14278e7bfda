#include "cli/options/option_values.hpp"

#include <variant>

#include "cli/options/usage_error.hpp"
#include "support/catch.hpp"

using namespace gridfs::cli;
using gridfs::ReadPreference;

TEST_CASE("a write concern is a number, a word or a document") {
  CHECK(std::get<int>(parse_write_concern("2").w.value()) == 2);
  CHECK(std::get<int>(parse_write_concern("0").w.value()) == 0);
  CHECK(std::get<std::string>(parse_write_concern("majority").w.value()) == "majority");
  CHECK(std::get<std::string>(parse_write_concern("twoSites").w.value()) == "twoSites");
  const auto concern = parse_write_concern(R"({"w": "majority", "j": true, "wtimeout": 500})");
  CHECK(std::get<std::string>(*concern.w) == "majority");
  CHECK(concern.journal == true);
  CHECK(concern.timeout == std::chrono::milliseconds(500));
  CHECK(std::get<std::string>(parse_write_concern(R"({"j": true})").w.value()) == "majority");
  CHECK_FALSE(parse_write_concern(R"({"w": 1, "wtimeout": 0})").timeout);
  CHECK_THROWS_AS(parse_write_concern(""), UsageError);
  CHECK_THROWS_AS(parse_write_concern("{"), UsageError);
  CHECK_THROWS_AS(parse_write_concern(R"({"w": -1})"), UsageError);
  CHECK_THROWS_AS(parse_write_concern(R"({"W": 1})"), UsageError);
  CHECK_THROWS_AS(parse_write_concern(R"({"j": 1})"), UsageError);
}

TEST_CASE("a read concern is a level or a document") {
  CHECK(parse_read_concern("majority").level == "majority");
  CHECK(parse_read_concern(R"({"level": "local"})").level == "local");
  CHECK_THROWS_AS(parse_read_concern(R"({"level": 1})"), UsageError);
}

TEST_CASE("a read preference is a mode or a document") {
  CHECK(parse_read_preference("secondaryPreferred").mode == ReadPreference::Mode::secondary_preferred);
  const auto preference =
      parse_read_preference(R"({"mode": "nearest", "tagSets": [{"dc": "a"}, {}], "maxStalenessSeconds": 120})");
  CHECK(preference.mode == ReadPreference::Mode::nearest);
  CHECK(preference.tag_sets.size() == 2);
  CHECK(preference.max_staleness == std::chrono::seconds(120));
  CHECK_FALSE(parse_read_preference(R"({"mode": "nearest", "maxStalenessSeconds": -1})").max_staleness);
  CHECK_THROWS_AS(parse_read_preference("Primary"), UsageError);
  CHECK_THROWS_AS(parse_read_preference(R"({"tagSets": [1]})"), UsageError);
}

TEST_CASE("an age is whole seconds, and never rounded down") {
  CHECK(parse_age("36h").count() == 129'600);
  CHECK(parse_age("0.1").count() == 1);
  CHECK_THROWS_AS(parse_age("x"), UsageError);
}
