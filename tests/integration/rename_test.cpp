#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

TEST_CASE_METHOD(BucketFixture, "Renaming stored files: the filename changes and nothing else") {
  const Value id = upload("a", "0123456");
  upload("a", "other");
  Document wanted;
  for (const auto& [key, value] : files.find_one(by("_id", id)).fields()) {
    wanted.append(key, key == "filename" ? Value("b") : value);
  }
  bucket.rename(id, "b");
  CHECK(files.find_one(by("_id", id)) == wanted);
  CHECK(download_by_name("b") == "0123456");
  CHECK(download_by_name("a") == "other");
  CHECK_NOTHROW(bucket.rename(id, "b"));
}

TEST_CASE_METHOD(BucketFixture, "Renaming stored files: an id that no file has is an error") {
  const Value absent = Value::object_id("4f0123456789abcdef012345");
  CHECK_THROWS_AS(bucket.rename(absent, "b"), FileNotFound);
  CHECK_THROWS_WITH(bucket.rename(absent, "b"), "file 4f0123456789abcdef012345: no such file");
  CHECK(files.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "Renaming stored files: a new name that is not UTF-8 or holds NUL is refused") {
  using namespace std::string_literals;
  const Value id = upload("a", "x");
  const std::string wrong = GENERATE("\xFF"s, "a\0b"s);
  CHECK_THROWS_AS(bucket.rename(id, wrong), ConfigurationError);
  CHECK_THROWS_AS(bucket.rename_by_name("a", wrong), ConfigurationError);
  CHECK(files.find_one().find("filename")->as_string() == "a");
}

TEST_CASE_METHOD(BucketFixture, "Renaming stored files by filename: all revisions") {
  upload("a", "one");
  upload("a", "two");
  upload("c", "three");
  CHECK(bucket.rename_by_name("a", "b") == 2);
  CHECK(files.count(R"({"filename": "b"})") == 2);
  CHECK(files.count(R"({"filename": "c"})") == 1);
  CHECK(bucket.rename_by_name("b", "b") == 2);
}

TEST_CASE_METHOD(BucketFixture, "Renaming stored files by filename: a name that no file has is an error") {
  upload("c", "three");
  CHECK_THROWS_AS(bucket.rename_by_name("a", "b"), FileNotFound);
  CHECK_THROWS_WITH(bucket.rename_by_name("a", "b"), "a: no such file");
  CHECK(files.count(R"({"filename": "c"})") == 1);
}

TEST_CASE_METHOD(BucketFixture, "Renaming stored files: one update by _id; by name, for those that are found") {
  CommandProxy proxy;
  Client observed_client(client_options(proxy.uri()));
  const Bucket observed(observed_client, database_name(), bucket_options(name));
  const Value id = upload("a", "x");
  observed.rename(id, "b");
  observed.rename_by_name("b", "c");
  const auto commands = proxy.commands();
  REQUIRE(commands.size() == 3);
  const Document by_id = commands[0].documents.at(0);
  CHECK(by_id.find("q")->to_json() == R"({ "_id" : { "$eq" : )" + id.to_json() + " } }");
  CHECK(by_id.find("u")->to_json() == R"({ "$set" : { "filename" : "b" } })");
  CHECK_FALSE(by_id.find("multi"));
  CHECK(commands[1].name == "find");
  CHECK(commands[1].field("filter") == R"({ "filename" : "b" })");
  const Document by_name = commands[2].documents.at(0);
  CHECK(by_name.find("q")->to_json() == by_id.find("q")->to_json());
  CHECK(by_name.find("u")->to_json() == R"({ "$set" : { "filename" : "c" } })");
}
