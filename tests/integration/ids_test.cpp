#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

TEST_CASE_METHOD(BucketFixture, "Terms, TFileId: ids of any type") {
  const char* json = GENERATE(R"({"$oid": "4f0123456789abcdef012345"})", R"("text")", R"("")", R"("\u00e4 / \n")", "42",
                              R"({"$numberLong": "42000000000"})", "-1.5", "true", "false", "null",
                              R"({"$date": {"$numberLong": "1234567890123"}})",
                              R"({"$binary": {"base64": "AAECAw==", "subType": "00"}})",
                              R"({"$timestamp": {"t": 5, "i": 6}})", R"({"a": 1, "b": "x"})");
  INFO(json);
  const Value id = Value::from_json(json);
  upload_with_id(id, "a", "0123456");
  const Value other("other");
  upload_with_id(other, "a", "89");

  CHECK(files.count(by("_id", id)) == 1);
  CHECK(files.find_one(by("_id", id)).find("_id") == id);
  CHECK(chunks_of(id).size() == 2);
  CHECK(chunks_of(id)[0].find("files_id") == id);
  CHECK(bucket.find_by_id(id).id() == id);
  CHECK(download(id) == "0123456");
  CHECK(bucket.chunk_summary(bucket.find_by_id(id)).complete());
  bucket.rename(id, "b");
  CHECK(download_by_name("b") == "0123456");
  CHECK_THROWS_AS(upload_with_id(id, "c", "x"), FileExists);
  bucket.delete_file(id);
  CHECK_THROWS_AS(download(id), FileNotFound);
  CHECK(files.count() == 1);
  CHECK(chunks.count() == 1);
  CHECK(download(other) == "89");
}

TEST_CASE_METHOD(BucketFixture, "TFileId Queries: an id that looks like a query matches itself alone") {
  const Value first = upload("a", "0123456");
  upload_with_id(Value("text"), "b", "89");
  const Value pattern = Value::from_json(GENERATE(R"({"$regularExpression": {"pattern": ".*", "options": ""}})",
                                                  R"({"$gt": ""})", R"({"$ne": 1})", R"({"$exists": true})"));
  const auto refused = [](const auto& operation) {
    // No such file, or a server that wants no such value at all.
    CHECK_THROWS_AS(operation(), Error);
  };
  refused([&] { bucket.delete_file(pattern); });
  refused([&] { bucket.rename(pattern, "c"); });
  refused([&] { static_cast<void>(bucket.find_by_id(pattern)); });
  refused([&] {
    upload_with_id(pattern, "c", "x");
    upload_with_id(pattern, "c", "x");
  });
  CHECK(files.count(R"({"filename": {"$in": ["a", "b"]}})") == 2);
  CHECK(download(first) == "0123456");
  CHECK(download(Value("text")) == "89");
}

TEST_CASE("TFileId Queries: every query with an id uses $eq") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name()));
  const Value id("the id");
  std::istringstream source("0123456");
  bucket.upload_from_stream_with_id(id, "a", source);
  UploadStream aborted = bucket.open_upload_stream("b", large_chunks());
  aborted.write(content_of(three_batches));
  aborted.abort();
  static_cast<void>(bucket.open_download_stream(id).read());
  static_cast<void>(bucket.chunk_summary(bucket.find_by_id(id)));
  bucket.rename(id, "c");
  bucket.delete_file(id);

  int queries = 0;
  const auto check = [&](const Value& filter) {
    const Document conditions = filter.as_document().value();
    for (const auto& [key, value] : conditions.fields()) {
      if (key != "_id" && key != "files_id") continue;
      ++queries;
      INFO(filter.to_json());
      CHECK(value.as_document().value().fields().front().first == "$eq");
    }
  };
  for (const auto& command : proxy.commands()) {
    if (const auto filter = command.body.find("filter")) check(*filter);
    for (const Document& document : command.documents) {
      if (const auto filter = document.find("q")) check(*filter);
    }
  }
  CHECK(queries >= 9);
}

TEST_CASE_METHOD(BucketFixture, "Terms, TFileId: numbers that are equal are one id, whatever their type") {
  upload_with_id(Value(std::int32_t{7}), "a", "0123456");
  CHECK(download(Value(std::int64_t{7})) == "0123456");
  CHECK_THROWS_AS(upload_with_id(Value(std::int64_t{7}), "b", "x"), FileExists);
  CHECK_THROWS_AS(download(Value("7")), FileNotFound);
}
