#include <limits>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

using Whence = DownloadStream::Whence;

TEST_CASE_METHOD(BucketFixture, "Partial File Retrieval: any part of a file") {
  const std::string content = content_of(13);
  const Value id = upload("a", content);
  for (std::size_t from = 0; from <= content.size(); ++from) {
    for (std::size_t count = 0; count <= content.size(); ++count) {
      DownloadStream stream = bucket.open_download_stream(id);
      CHECK(stream.seek(static_cast<std::int64_t>(from)) == static_cast<std::int64_t>(from));
      CHECK(stream.read(static_cast<std::int64_t>(count)) == content.substr(from, count));
    }
  }
}

TEST_CASE_METHOD(BucketFixture, "Partial File Retrieval: seeking from the beginning, the position and the end") {
  DownloadStream stream = bucket.open_download_stream(upload("a", "0123456789"));
  CHECK(stream.read(5) == "01234");
  CHECK(stream.seek(-4, Whence::current) == 1);
  CHECK(stream.read(2) == "12");
  CHECK(stream.seek(-3, Whence::end) == 7);
  CHECK(stream.read() == "789");
  CHECK(stream.seek(0) == 0);
  CHECK(stream.read() == "0123456789");
  CHECK(stream.seek(2, Whence::current) == 12);
  CHECK(stream.tell() == 12);
  CHECK(stream.read().empty());
  CHECK(stream.read_line().empty());
  CHECK(stream.read_chunk().empty());
  CHECK(stream.seek(5, Whence::end) == 15);
  CHECK(stream.seek(9) == 9);
  CHECK(stream.read_line() == "9");
}

TEST_CASE_METHOD(BucketFixture, "Partial File Retrieval: a negative position is refused, and changes nothing") {
  constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  DownloadStream stream = bucket.open_download_stream(upload("a", "0123456789"));
  stream.seek(3);
  CHECK_THROWS_AS(stream.seek(-1), ConfigurationError);
  CHECK_THROWS_AS(stream.seek(-4, Whence::current), ConfigurationError);
  CHECK_THROWS_AS(stream.seek(-11, Whence::end), ConfigurationError);
  CHECK_THROWS_AS(stream.seek(smallest, Whence::current), ConfigurationError);
  CHECK_THROWS_AS(stream.seek(largest, Whence::end), ConfigurationError);
  CHECK_THROWS_AS(stream.set_end(-1), ConfigurationError);
  CHECK(stream.tell() == 3);
  CHECK(stream.read(2) == "34");
}

TEST_CASE_METHOD(BucketFixture, "Partial File Retrieval: a stream with an end set reads up to there") {
  const std::string content = content_of(13);
  const Value id = upload("a", content);
  for (std::int64_t end = 0; end <= 15; ++end) {
    DownloadStream stream = bucket.open_download_stream(id);
    stream.set_end(end);
    stream.seek(2);
    const auto wanted = end < 2 ? std::string() : content.substr(0, static_cast<std::size_t>(end)).substr(2);
    CHECK(stream.read() == wanted);
    CHECK(stream.read_chunk().empty());
    CHECK(stream.length() == 13);
  }
}

TEST_CASE_METHOD(BucketFixture, "Partial File Retrieval: the end may be set while reading") {
  DownloadStream stream = bucket.open_download_stream(upload("a", "0123456789"));
  CHECK(stream.read(5) == "01234");
  stream.set_end(7);
  CHECK(stream.read() == "56");
  stream.set_end(100);
  CHECK(stream.read() == "789");
}

TEST_CASE("Partial File Retrieval: chunks that are not needed are not asked for") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name()));
  const std::string content = content_of(400);
  std::istringstream source(content);
  DownloadStream stream = bucket.open_download_stream(bucket.upload_from_stream("a", source));
  proxy.forget();

  SECTION("before the position") {
    stream.seek(41);
    CHECK(stream.read(10) == content.substr(41, 10));
    REQUIRE(proxy.commands("find").size() == 1);
    const Document filter = proxy.commands("find")[0].body.find("filter")->as_document().value();
    CHECK(filter.find("n")->as_document()->find("$gte")->as_integer() == 10);
  }
  SECTION("beyond the end that was set") {
    stream.set_end(51);
    stream.seek(41);
    CHECK(stream.read() == content.substr(41, 10));
    REQUIRE(proxy.commands("find").size() == 1);
    const Document filter = proxy.commands("find")[0].body.find("filter")->as_document().value();
    CHECK(filter.find("n")->to_json() == R"({ "$gte" : 10, "$lt" : 13 })");
  }
  SECTION("in the chunk that is at hand") {
    CHECK(stream.read(1) == content.substr(0, 1));
    stream.seek(3);
    CHECK(stream.read(1) == content.substr(3, 1));
    stream.seek(0);
    CHECK(stream.read(4) == content.substr(0, 4));
    CHECK(proxy.commands("find").size() == 1);
  }
}
