#include "gridfs/revisions.hpp"

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

TEST_CASE_METHOD(BucketFixture, "File Download by Filename: revisions of one date count by their ids") {
  for (const char* id : {"c", "a", "d", "b"}) {
    upload_with_id(Value(id), "x", id);
    files.update(by("_id", Value(id)), R"({"$set": {"uploadDate": {"$date": {"$numberLong": "1000"}}}})");
  }
  upload_at(1, "y", "another");
  const std::string in_order = "abcd";
  for (int i = 0; i < 4; ++i) {
    CHECK(download_by_name("x", i) == in_order.substr(static_cast<std::size_t>(i), 1));
    CHECK(download_by_name("x", i - 4) == download_by_name("x", i));
  }
  FilesByName by_name(bucket);
  std::string found;
  while (const auto file = by_name.next()) found += file->id().as_string().value_or("|");
  CHECK(found == in_order + "|");
  FilesByName reversed(bucket, {}, {}, -1);
  std::string found_reversed;
  while (const auto file = reversed.next()) found_reversed += file->id().as_string().value_or("|");
  CHECK(found_reversed == std::string(found.rbegin(), found.rend()));
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

TEST_CASE("File Download by Filename: one query sorted by uploadDate for it and its neighbours") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name()));
  std::istringstream source("x");
  bucket.upload_from_stream("a", source);
  const auto [revision, sort, skip, limit] = GENERATE(std::tuple(0, 1, "", "2"), std::tuple(3, 1, "2", "3"),
                                                      std::tuple(-1, -1, "", "2"), std::tuple(-4, -1, "2", "3"));
  proxy.forget();
  try {
    static_cast<void>(bucket.find_by_name("a", revision));
  } catch (const RevisionNotFound&) {
    CHECK(std::string(skip) == "2");
  }
  const auto query = proxy.commands("find").at(0);
  CHECK(query.collection() == bucket.name() + ".files");
  CHECK(query.field("filter") == R"({ "filename" : "a" })");
  CHECK(query.field("sort") == R"({ "uploadDate" : )" + std::to_string(sort) + " }");
  CHECK(query.field("skip") == skip);
  CHECK(query.field("limit") == limit);
}

TEST_CASE_METHOD(BucketFixture, "Names are compared byte by byte: a server without collations is asked for it once") {
  upload("a", "first");
  upload("a", "second");
  const int code = GENERATE(9, 238, 40415);
  int asked = 0;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.field("collation").empty()) return CommandProxy::Decision{};
    ++asked;
    return CommandProxy::refuse(code, "no collations");
  });
  Client through(client_options(proxy.uri()));
  const Bucket other(through, database_name(), bucket_options(name));
  CHECK(other.find_by_name("a", 0).filename() == "a");
  CHECK_THROWS_AS(other.find_by_name("a", 2), RevisionNotFound);
  FilesByName files_by_name(other);
  CHECK(files_by_name.next());
  CHECK(other.rename_by_name("a", "b") == 2);
  CHECK(other.delete_by_name("b") == 2);
  CHECK(asked == 1);
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "Names are compared byte by byte: other refusals are not hidden") {
  CommandProxy proxy([](const CommandProxy::Command&) { return CommandProxy::refuse(96, "no queries today"); });
  Client through(client_options(proxy.uri()));
  const Bucket other(through, database_name(), bucket_options(name));
  CHECK_THROWS_AS(other.find_by_name("a"), ServerError);
  CHECK(proxy.commands().size() == 1);
}

TEST_CASE_METHOD(BucketFixture, "Files by name: options that would change their order are refused") {
  FindOptions options;
  SECTION("sort") { options.sort = name_order(); }
  SECTION("skip") { options.skip = 1; }
  SECTION("limit") { options.limit = 1; }
  SECTION("collation") { options.collation = Document::from_json(R"({"locale": "de"})"); }
  CHECK_THROWS_AS(FilesByName(bucket, {}, options), ConfigurationError);
}
