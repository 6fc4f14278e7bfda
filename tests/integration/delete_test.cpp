#include "support/observed_bucket.hpp"

using namespace gridfs;
using namespace gridfs::test;

TEST_CASE_METHOD(BucketFixture, "File Deletion: the file and its chunks go, others stay") {
  const Value id = upload("a", content_of(40));
  const Value other = upload("a", "0123456");
  bucket.delete_file(id);
  CHECK(files.count() == 1);
  CHECK(chunks.count() == 2);
  CHECK(download(other) == "0123456");
  CHECK_THROWS_AS(download(id), FileNotFound);
}

TEST_CASE_METHOD(BucketFixture, "File Deletion: an id that no file has is an error") {
  upload("a", "0123456");
  const Value absent = Value::object_id("4f0123456789abcdef012345");
  CHECK_THROWS_AS(bucket.delete_file(absent), FileNotFound);
  CHECK_THROWS_WITH(bucket.delete_file(absent), "file 4f0123456789abcdef012345: no such file");
  CHECK(files.count() == 1);
  CHECK(chunks.count() == 2);
}

TEST_CASE_METHOD(BucketFixture, "File Deletion: orphaned chunks of the id go although there is no such file") {
  const Value id = upload("a", content_of(40));
  files.remove("{}");
  CHECK_THROWS_AS(bucket.delete_file(id), FileNotFound);
  CHECK(chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "File Deletion: an id that only the server takes for that of a file keeps its chunks") {
  const auto as_double = Value::from_json(R"({"k": 1.0})");
  upload_with_id(as_double, "a", "0123456789");
  CHECK_THROWS_AS(bucket.delete_file(Value::from_json(R"({"k": 1})")), FileNotFound);
  CHECK(download(as_double) == "0123456789");
}

TEST_CASE_METHOD(BucketFixture, "File Deletion: a file that lacks chunks can be deleted") {
  const Value id = upload("a", content_of(40));
  chunks.remove(R"({"n": {"$gt": 2}})");
  CHECK_NOTHROW(bucket.delete_file(id));
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "File Deletion: files documents that claim more chunks than there can be") {
  for (const char* id : {"1", "2", "3"}) {
    files.insert(std::string(R"({"_id": )") + id +
                 R"(, "filename": "a", "length": {"$numberLong": "9000000000000000000"}, "chunkSize": 1})");
  }
  CHECK(bucket.delete_by_name("a") == 3);
}

TEST_CASE_METHOD(ObservedBucket, "File Deletion: a look, then the files document, then the chunks") {
  const Value id = upload("a", "0123456");
  observed.delete_file(id);
  const auto commands = proxy.commands();
  REQUIRE(commands.size() == 3);
  const std::string condition = R"({ "$eq" : )" + id.to_json() + " }";
  CHECK(commands[0].name == "find");  // so that a lost answer leaves no doubt whether there was one
  CHECK(commands[0].collection() == name + ".files");
  CHECK(commands[1].name == "delete");
  CHECK(commands[1].collection() == name + ".files");
  CHECK(commands[1].documents.at(0).find("q")->to_json() == R"({ "_id" : )" + condition + " }");
  CHECK(commands[1].documents.at(0).find("limit")->as_integer() == 1);
  CHECK(commands[2].name == "delete");
  CHECK(commands[2].collection() == name + ".chunks");
  CHECK(commands[2].documents.at(0).find("q")->to_json() == R"({ "files_id" : )" + condition + " }");
  CHECK(commands[2].documents.at(0).find("limit")->as_integer() == 0);
}

TEST_CASE_METHOD(BucketFixture, "File deletion by filename: all revisions go, other names stay") {
  for (const char* content : {"one", "two", "three"}) upload("a", content);
  const Value other = upload("b", "0123456");
  upload_with_id(Value("text"), "a", "four");
  CHECK(bucket.delete_by_name("a") == 4);
  CHECK(files.count() == 1);
  CHECK(download(other) == "0123456");
  CHECK(chunks.count() == 2);
}

TEST_CASE_METHOD(BucketFixture, "File deletion by filename: a name that no file has is an error") {
  upload("a", "x");
  CHECK_THROWS_AS(bucket.delete_by_name("photo.png"), FileNotFound);
  CHECK_THROWS_WITH(bucket.delete_by_name("photo.png"), "photo.png: no such file");
  CHECK(files.count() == 1);
}

TEST_CASE_METHOD(ObservedBucket,
                 "File deletion by filename: the ids and lengths, then the files documents, then the chunks") {
  upload("a", "one");
  upload("a", "two");
  CHECK(observed.delete_by_name("a") == 2);
  const auto commands = proxy.commands();
  REQUIRE(commands.size() == 4);
  CHECK(commands[0].name == "find");
  CHECK(commands[0].field("projection") == R"({ "_id" : 1 })");
  CHECK(commands[1].name == "find");
  CHECK(commands[1].field("projection") == R"({ "length" : 1, "chunkSize" : 1 })");
  CHECK(commands[2].name == "delete");
  CHECK(commands[2].collection() == name + ".files");
  CHECK(commands[3].name == "delete");
  CHECK(commands[3].collection() == name + ".chunks");
}

TEST_CASE_METHOD(BucketFixture, "File deletion by filename: more revisions than one round takes") {
  for (int i = 0; i < 1001; ++i) {
    files.insert(R"({"_id": )" + std::to_string(i) + R"(, "length": 0, "chunkSize": 4, "filename": "a"})");
  }
  CHECK(bucket.delete_by_name("a") == 1001);
  CHECK(files.count() == 0);
}
