#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

UploadOptions with_metadata(const char* json) {
  UploadOptions options;
  options.metadata = Document::from_json(json);
  return options;
}

}  // namespace

TEST_CASE_METHOD(BucketFixture, "Metadata: fields are set and removed, and nothing else changes") {
  const Value id = upload("a", "0123456", with_metadata(R"({"n": 1, "deep": {"a": 1, "b": 2}, "gone": true})"));
  const Value other = upload("b", "x", with_metadata(R"({"n": 1})"));
  Document wanted;
  for (const auto& [key, value] : files.find_one(by("_id", id)).fields()) {
    wanted.append(
        key, key == "metadata" ? Value::from_json(R"({"n": "two", "deep": {"a": 1}, "new": {"x": null}})") : value);
  }
  Document set;
  set.append("n", Value("two")).append("new.x", Value());
  bucket.update_metadata(id, set, std::vector<std::string>{"deep.b", "gone", "never"});
  CHECK(files.find_one(by("_id", id)) == wanted);
  CHECK(bucket.find_by_id(other).metadata() == Document::from_json(R"({"n": 1})"));
  CHECK(download(id) == "0123456");
}

TEST_CASE_METHOD(BucketFixture, "Metadata: all of it is replaced, or made") {
  const Value id = upload("a", "x");
  bucket.replace_metadata(id, Document::from_json(R"({"a": 1})"));
  CHECK(bucket.find_by_id(id).metadata() == Document::from_json(R"({"a": 1})"));
  bucket.replace_metadata(id, {});
  CHECK(bucket.find_by_id(id).metadata() == Document());
}

TEST_CASE_METHOD(BucketFixture, "Metadata: null is as none") {
  const Value id = upload("a", "x");
  files.update(by("_id", id), R"({"$set": {"metadata": null}})");
  bucket.update_metadata(id, {}, std::vector<std::string>{"a"});
  bucket.update_metadata(id, Document().append("a.b", Value(1)), std::vector<std::string>{"c"});
  CHECK(bucket.find_by_id(id).metadata() == Document::from_json(R"({"a": {"b": 1}})"));
}

TEST_CASE_METHOD(BucketFixture, "Metadata: what cannot be changed is an error, and nothing changes") {
  const Value id = upload("a", "x", with_metadata(R"({"n": 1})"));
  const Document before = files.find_one();
  const Document set = Document().append("a", Value(1));
  const Value absent = Value::object_id("4f0123456789abcdef012345");
  CHECK_THROWS_AS(bucket.update_metadata(absent, set), FileNotFound);
  CHECK_THROWS_WITH(bucket.replace_metadata(absent, set), "file 4f0123456789abcdef012345: no such file");
  CHECK_THROWS_AS(bucket.update_metadata(id, {}), ConfigurationError);
  CHECK_THROWS_AS(bucket.update_metadata(id, Document().append("n.x", Value(1))), ServerError);
  CHECK(files.find_one() == before);
}

TEST_CASE_METHOD(BucketFixture, "Metadata: one update by _id") {
  CommandProxy proxy;
  Client observed_client(client_options(proxy.uri()));
  const Bucket observed(observed_client, database_name(), bucket_options(name));
  const Value id = upload("a", "x");
  observed.update_metadata(id, Document().append("a.b", Value(1)), std::vector<std::string>{"c"});
  const auto commands = proxy.commands();
  REQUIRE(commands.size() == 1);
  const Document update = commands[0].documents.at(0);
  CHECK(update.find("q")->to_json() == R"({ "_id" : { "$eq" : )" + id.to_json() + " } }");
  CHECK(update.find("u")->to_json() == R"({ "$set" : { "metadata.a.b" : 1 }, "$unset" : { "metadata.c" : true } })");
  CHECK_FALSE(update.find("multi"));
}
