// An `_id` in use: the upload is refused, and what is stored under it stays as it is.
#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

const Value id("the id");

}  // namespace

TEST_CASE_METHOD(BucketFixture, "File Upload: an id in use is refused before anything is written") {
  const std::string content = content_of(40);
  upload_with_id(id, "old", content);
  const auto chunks_before = chunks.find("{}", R"({"n": 1})");
  const auto file_before = files.find_one();
  const std::string attempt = content_of(GENERATE(std::size_t{0}, std::size_t{4}, std::size_t{200}));
  CHECK_THROWS_AS(upload_with_id(id, "new", attempt), FileExists);
  CHECK_THROWS_AS(bucket.open_upload_stream_with_id(id, "new"), FileExists);
  CHECK(files.find_one() == file_before);
  CHECK(chunks.find("{}", R"({"n": 1})") == chunks_before);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: an id that is taken while the upload is under way") {
  // Shorter, as long as, and longer than the file that takes it; both below and beyond one batch of chunks.
  const std::size_t old_length = GENERATE(std::size_t{0}, std::size_t{40}, std::size_t{1'000'000});
  const std::size_t new_length = GENERATE(std::size_t{0}, std::size_t{4}, std::size_t{1'000'000}, three_batches);
  const std::string content = content_of(old_length);
  UploadStream late = bucket.open_upload_stream_with_id(id, "late", large_chunks());
  upload_with_id(id, "first", content, large_chunks());
  const auto chunks_before = chunks.find("{}", R"({"n": 1})");
  const auto file_before = files.find_one();

  const auto attempt = [&] {
    late.write(content_of(new_length));
    late.close();
  };
  CHECK_THROWS_AS(attempt(), FileExists);
  CHECK(late.closed());
  CHECK_FALSE(late.leftover());
  CHECK(files.find_one() == file_before);
  CHECK(chunks.find("{}", R"({"n": 1})") == chunks_before);
  CHECK((download(id) == content));
}

TEST_CASE_METHOD(BucketFixture, "File Upload: an id that is taken after the chunks are stored") {
  const std::string content = content_of(GENERATE(std::size_t{0}, std::size_t{40}, three_batches));
  // Another client's files document arrives just before ours.
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name == "insert" && command.collection() == name + ".files") {
      files.insert(R"({"_id": "the id", "length": 0, "chunkSize": 4, "filename": "first"})");
    }
    return CommandProxy::Decision{};
  });
  Client late_client(client_options(proxy.uri()));
  const Bucket late(late_client, database_name(), bucket_options(name));
  std::istringstream source(content);
  CHECK_THROWS_AS(late.upload_from_stream_with_id(id, "late", source, large_chunks()), FileExists);
  CHECK(files.find_one().find("filename")->as_string() == "first");
  CHECK(chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture,
                 "File Upload: an id that another program takes for the very same file at the same time") {
  // Of an empty file nothing but its files document tells one upload from the other, and these are the same.
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name == "insert" && command.collection() == name + ".files") files.insert(command.documents.at(0));
    return CommandProxy::Decision{};
  });
  Client late_client(client_options(proxy.uri()));
  const Bucket late(late_client, database_name(), bucket_options(name));
  std::istringstream source;
  CHECK_THROWS_AS(late.upload_from_stream_with_id(id, "same", source), FileExists);
  CHECK(files.count() == 1);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: orphaned chunks under the id refuse the upload, and stay") {
  // They may be those of an upload that is still under way.
  const std::size_t first = GENERATE(std::size_t{0}, std::size_t{2});
  const std::size_t new_length = GENERATE(std::size_t{0}, std::size_t{4}, std::size_t{80});
  upload_with_id(id, "gone", content_of(40));
  chunks.remove(R"({"n": {"$lt": )" + std::to_string(first) + "}}");
  files.remove("{}");
  upload("another", "0123456");
  const auto orphans = chunks.find(by("files_id", id), R"({"n": 1})");
  REQUIRE(orphans.size() == 10 - first);
  CHECK_THROWS_AS(upload_with_id(id, "new", content_of(new_length)), FileExists);
  CHECK(chunks.find(by("files_id", id), R"({"n": 1})") == orphans);
  CHECK(files.count() == 1);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: chunks that appear under the id while the upload is under way") {
  const std::size_t first = GENERATE(std::size_t{0}, std::size_t{2});
  UploadStream late = bucket.open_upload_stream_with_id(id, "late");
  upload_with_id(id, "gone", content_of(40));
  chunks.remove(R"({"n": {"$lt": )" + std::to_string(first) + "}}");
  files.remove("{}");
  const auto orphans = chunks.find("{}", R"({"n": 1})");
  const auto attempt = [&] {
    late.write(content_of(80));
    late.close();
  };
  CHECK_THROWS_AS(attempt(), FileExists);
  CHECK(chunks.find("{}", R"({"n": 1})") == orphans);
  CHECK(files.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: the refusal names the file and the id") {
  upload_with_id(id, "old", "x");
  CHECK_THROWS_WITH(upload_with_id(id, "new.txt", "y"), "storing new.txt: the _id is in use: the id");
}

TEST_CASE_METHOD(BucketFixture, "File Upload: the refusal names the id so that it can be typed") {
  const Value number(12);
  const Value object_id = Value::object_id("0123456789abcdef01234567");
  for (const auto& [in_use, shown] :
       {std::pair(object_id, "0123456789abcdef01234567"), std::pair(number, "12"), std::pair(Value("34"), R"("34")"),
        std::pair(Value("76543210fedcba9876543210"), R"("76543210fedcba9876543210")")}) {
    upload_with_id(in_use, "old", "x");
    const std::string message = "storing new: the _id is in use: " + std::string(shown);
    CHECK_THROWS_WITH(upload_with_id(in_use, "new", "y"), message);
  }
}

TEST_CASE_METHOD(BucketFixture, "File Upload: a unique index of other fields is no id in use") {
  upload("a", "x");
  files.create_index(Document().append("filename", Value(1)), "names", true);
  try {
    upload("a", "y");
    FAIL("it was stored");
  } catch (const FileExists& error) {
    CHECK_THAT(error.server_message(), !Catch::Contains(" index: "));  // FerretDB does not tell which it is
  } catch (const ServerError& error) {
    CHECK(error.server_code() == 11000);
    CHECK_THAT(error.what(), Catch::StartsWith("storing a: ") && Catch::Contains("names"));
  }
  CHECK(files.count() == 1);
  CHECK(chunks.count() == 1);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: an id may be used again once its file is gone") {
  upload_with_id(id, "old", content_of(100));
  bucket.delete_file(id);
  upload_with_id(id, "new", "0123456");
  CHECK(download(id) == "0123456");
}
