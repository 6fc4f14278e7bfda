#include "util/text/units.hpp"

#include <limits>
#include <stdexcept>

#include "support/catch.hpp"

using gridfs::util::human_size;
using gridfs::util::parse_duration;
using gridfs::util::parse_size;
using gridfs::util::size_in_words;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("a size is a number of bytes, or of a power of 1024", "[util][size]") {
  CHECK(parse_size("0") == 0);
  CHECK(parse_size("1") == 1);
  CHECK(parse_size("0001024") == 1024);
  CHECK(parse_size("255K") == 261120);
  CHECK(parse_size("1M") == 1048576);
  CHECK(parse_size("2G") == 2147483648);
  CHECK(parse_size("3T") == 3298534883328);
  CHECK(parse_size("0T") == 0);
  CHECK(parse_size("1.5M") == 1572864);
  CHECK(parse_size("0.25kib") == 256);
  CHECK(parse_size("0.1K") == 102);
}

TEST_CASE("a size's unit is read in either case, with or without B or iB", "[util][size]") {
  for (const char* text : {"4k", "4K", "4kb", "4KB", "4Kb", "4KiB", "4kib", "4kIb"}) {
    INFO(text);
    CHECK(parse_size(text) == 4096);
  }
}

TEST_CASE("the largest size is 2^63 - 1", "[util][size]") {
  CHECK(parse_size("9223372036854775807") == most);
  CHECK(parse_size("8388607T") == most - (std::int64_t{1} << 40) + 1);
  CHECK(parse_size("9007199254740991K") == most - 1023);
  for (const char* text : {"9223372036854775808", "9223372036854775807K", "8388608T", "9007199254740992K",
                           "18446744073709551617", "99999999999999999999999999", "8388608.5T"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_size(text), std::invalid_argument);
  }
}

TEST_CASE("what is not a size is refused", "[util][size]") {
  for (const char* text :
       {"",     " ",   "K",   "-1",  "+1",  " 1",  "1 ",   "1 K",   "1.5", "1.M", ".5M", "1.5.5M", "1,000",
        "0x10", "1e3", "10B", "1iB", "1Ki", "1KK", "1KBB", "1KiBx", "1Q",  "1P",  "1\n", "٣"}) {
    INFO('[' << text << ']');
    CHECK_THROWS_AS(parse_size(text), std::invalid_argument);
  }
  CHECK_THROWS_AS(parse_size(std::string_view("1\0", 2)), std::invalid_argument);
}

TEST_CASE("the message on a bad size names it", "[util][size]") {
  CHECK_THROWS_WITH(parse_size("big"), "'big' is not a size (such as 1024, 255K, 1M, 2G)");
  CHECK_THROWS_WITH(parse_size("9999999T"), "'9999999T' is more than 2^63 - 1 bytes");
}

TEST_CASE("a size for people has at most four characters and is rounded up", "[util][size]") {
  CHECK(human_size(0) == "0");
  CHECK(human_size(999) == "999");
  CHECK(human_size(1023) == "1023");
  CHECK(human_size(1024) == "1.0K");
  CHECK(human_size(1025) == "1.1K");
  CHECK(human_size(1536) == "1.5K");
  CHECK(human_size(10137) == "9.9K");
  CHECK(human_size(10138) == "10K");
  CHECK(human_size(10 * 1024 + 1) == "11K");
  CHECK(human_size(261120) == "255K");
  CHECK(human_size(1023 * 1024) == "1023K");
  CHECK(human_size(1023 * 1024 + 1) == "1.0M");
  CHECK(human_size(1024 * 1024) == "1.0M");
  CHECK(human_size(1610612736) == "1.5G");
  CHECK(human_size(3298534883328) == "3.0T");
  CHECK(human_size(std::int64_t{1} << 50) == "1.0P");
  CHECK(human_size((std::int64_t{1} << 60) - 1) == "1.0E");
  CHECK(human_size(most) == "8.0E");
}

TEST_CASE("a size within a sentence", "[util][size]") {
  CHECK(size_in_words(999) == "999 bytes");
  CHECK(size_in_words(1536) == "1.5 KiB");
  CHECK(size_in_words(12 << 20) == "12 MiB");
  CHECK(size_in_words(1) == "1 byte");
  CHECK(size_in_words(-1) == "-1 bytes");
}

TEST_CASE("a damaged, negative length is shown as it is", "[util][size]") {
  CHECK(human_size(-1) == "-1");
  CHECK(human_size(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
}

TEST_CASE("spans of time in every unit") {
  CHECK(parse_duration("0") == seconds(0));
  CHECK(parse_duration("90") == seconds(90));
  CHECK(parse_duration("90s") == seconds(90));
  CHECK(parse_duration("30m") == seconds(1800));
  CHECK(parse_duration("36h") == seconds(129'600));
  CHECK(parse_duration("7d") == seconds(604'800));
  CHECK(parse_duration("2w") == seconds(1'209'600));
  CHECK(parse_duration("1.5h") == seconds(5400));
}

TEST_CASE("a fraction of a second is never rounded down to nothing") {
  CHECK(parse_duration("0.5") == milliseconds(500));
  CHECK(parse_duration("0.0001") == milliseconds(1));
  CHECK(parse_duration("0.0") == milliseconds(0));
}

TEST_CASE("text that is not a span of time") {
  for (const char* text : {"", "d", "-1h", "1.h", ".5", "nan", "inf", "1e3", " 1", "1 h", "1y", "1hm",
                           "99999999999999999999", "9999999999w", "h1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_duration(text), std::invalid_argument);
  }
}
