#include <limits>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

TEST_CASE_METHOD(BucketFixture, "File Download by Filename: revisions count by upload date, from either end") {
  // Stored in another order than their dates'.
  upload_at(2, "a", "second");
  upload_at(3, "a", "third");
  upload_at(1, "a", "first");
  upload_at(9, "b", "another");
  CHECK(download_by_name("a", 0) == "first");
  CHECK(download_by_name("a", 1) == "second");
  CHECK(download_by_name("a", 2) == "third");
  CHECK(download_by_name("a", -1) == "third");
  CHECK(download_by_name("a", -2) == "second");
  CHECK(download_by_name("a", -3) == "first");
}

TEST_CASE_METHOD(BucketFixture, "File Download by Filename: revision defaults to -1") {
  upload_at(1, "a", "old");
  const Value newest = upload_at(2, "a", "new");
  CHECK(download_by_name("a") == "new");
  CHECK(bucket.open_download_stream_by_name("a").read() == "new");
  CHECK(bucket.find_by_name("a").id() == newest);
}

TEST_CASE_METHOD(BucketFixture,
                 "File Download by Filename: a missing name and a missing revision are distinct errors") {
  upload("photo.png", "x");
  for (const std::int32_t revision :
       {1, 7, -2, std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::min()}) {
    CHECK_THROWS_AS(bucket.open_download_stream_by_name("photo.png", revision), RevisionNotFound);
    CHECK_THROWS_WITH(download_by_name("photo.png", revision), "photo.png: no revision " + std::to_string(revision));
  }
  for (const std::int32_t revision : {0, -1, 7, -2}) {
    CHECK_THROWS_AS(bucket.open_download_stream_by_name("other.png", revision), FileNotFound);
    CHECK_THROWS_WITH(download_by_name("other.png", revision), "other.png: no such file");
  }
}

TEST_CASE_METHOD(BucketFixture, "File Download by Filename: a name is compared as it is") {
  upload("a", "right");
  upload("A", "wrong");
  upload("ab", "wrong");
  CHECK(download_by_name("a") == "right");
  CHECK_THROWS_AS(download_by_name("/a/"), FileNotFound);
  CHECK_THROWS_AS(download_by_name(""), FileNotFound);
}

TEST_CASE("File Download by Filename: one query sorted by uploadDate that skips the others") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name()));
  std::istringstream source("x");
  bucket.upload_from_stream("a", source);
  const auto [revision, sort, skip] =
      GENERATE(std::tuple(0, 1, ""), std::tuple(3, 1, "3"), std::tuple(-1, -1, ""), std::tuple(-4, -1, "3"));
  proxy.forget();
  try {
    static_cast<void>(bucket.find_by_name("a", revision));
  } catch (const RevisionNotFound&) {
    CHECK(std::string(skip) == "3");
  }
  const auto query = proxy.commands("find").at(0);
  CHECK(query.collection() == bucket.name() + ".files");
  CHECK(query.field("filter") == R"({ "filename" : "a" })");
  CHECK(query.field("sort") == R"({ "uploadDate" : )" + std::to_string(sort) + " }");
  CHECK(query.field("skip") == skip);
  CHECK(query.field("limit") == "1");
}
