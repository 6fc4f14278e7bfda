#include "bucket/files/names.hpp"

#include <string>

#include "gridfs/error.hpp"

#include "support/catch.hpp"

using namespace gridfs;
using namespace gridfs::detail;
using gridfs::test::ContainsSubstring;
using namespace std::string_literals;

TEST_CASE("names of databases and buckets that a server takes") {
  CHECK_NOTHROW(check_namespace("test", "fs"));
  CHECK_NOTHROW(check_namespace("a-b_c", "pictures.of.cats"));
  CHECK_NOTHROW(check_namespace("\xC3\xA4", "\xC3\xA4 b"));
  CHECK_NOTHROW(check_namespace(std::string(63, 'd'), "fs"));
  CHECK_NOTHROW(check_namespace("d", std::string(246, 'b')));
}

TEST_CASE("names of databases that no server takes") {
  const std::string database =
      GENERATE(""s, std::string(64, 'd'), "a/b"s, "a\\b"s, "a.b"s, "a b"s, "a\"b"s, "a$b"s, "a\0b"s, "\xFF"s);
  CHECK_THROWS_AS(check_namespace(database, "fs"), ConfigurationError);
}

TEST_CASE("names of buckets that no server takes") {
  const std::string bucket = GENERATE(""s, std::string(247, 'b'), "a$b"s, "a\0b"s, ".a"s, "a."s, "system.x"s, "\xFF"s);
  CHECK_THROWS_AS(check_namespace("d", bucket), ConfigurationError);
}

TEST_CASE("a name that is refused is shown") {
  CHECK_THROWS_WITH(check_namespace("a.b", "fs"), ContainsSubstring("a database: 'a.b'"));
  CHECK_THROWS_WITH(check_namespace("d", "a$b"), ContainsSubstring("a bucket: 'a$b'"));
  CHECK_THROWS_WITH(check_filename("a\0b"s), ContainsSubstring(R"('a\0b')"));
  CHECK_THROWS_WITH(check_filename("a\xFF"), ContainsSubstring("'a\xFF'"));
}

TEST_CASE("filenames are UTF-8 without NUL") {
  CHECK_NOTHROW(check_filename(""));
  CHECK_NOTHROW(check_filename({}));
  CHECK_NOTHROW(check_filename("a/../\n\x01"));
  CHECK_NOTHROW(check_filename("\xF0\x9F\x98\x80"));
  CHECK_THROWS_AS(check_filename("a\0b"s), ConfigurationError);
  CHECK_THROWS_AS(check_filename("\xC3"), ConfigurationError);
  CHECK_THROWS_AS(check_filename("\xC0\x80"), ConfigurationError);
}
