#include <stdexcept>
#include <streambuf>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

struct SourceFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Gives some bytes, and then fails.
class FailingSource : public std::streambuf {
 public:
  explicit FailingSource(std::string content) : content_(std::move(content)) {
    setg(content_.data(), content_.data(), content_.data() + content_.size());
  }

 protected:
  int_type underflow() override { throw SourceFailure("the disk is broken"); }

 private:
  std::string content_;
};

// On one connection a batch has up to 8 MiB: a busy server passes for one that is far away.
constexpr std::size_t more_than_a_batch = 9'500'000;

// A client through a proxy that refuses to delete.
struct RefusedDeletes {
  CommandProxy proxy{[](const CommandProxy::Command& command) {
    if (command.name == "delete") return CommandProxy::refuse(13, "not allowed to delete");
    return CommandProxy::Decision{};
  }};
  Client client{client_options(proxy.uri())};
};

}  // namespace

TEST_CASE_METHOD(BucketFixture,
                 "Aborting an upload: the chunks that were stored are removed, and the stream is closed") {
  const bool given_id = GENERATE(false, true);
  UploadStream stream = given_id ? bucket.open_upload_stream_with_id(Value("id"), "a", large_chunks())
                                 : bucket.open_upload_stream("a", large_chunks());
  stream.write(content_of(three_batches));
  if (given_id) CHECK(chunks.count() >= 2);
  stream.abort();
  CHECK(stream.closed());
  CHECK(chunks.count() == 0);
  CHECK(files.count() == 0);
  CHECK_THROWS_AS(stream.write("more"), StreamError);
  CHECK_THROWS_AS(stream.close(), StreamError);
  CHECK_NOTHROW(stream.abort());
  CHECK(files.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "Aborting an upload: before anything was stored") {
  UploadStream stream = bucket.open_upload_stream("a");
  stream.write("0123456");
  stream.abort();
  CHECK(chunks.count() == 0);
  CHECK(files.count() == 0);
}

TEST_CASE_METHOD(BucketFixture,
                 "Aborting an upload: a stream that is destroyed or assigned to without close is aborted") {
  {
    UploadStream stream = bucket.open_upload_stream("a", large_chunks());
    stream.write(content_of(three_batches));
    SECTION("destroyed") {}
    SECTION("assigned to") {
      UploadStream other = bucket.open_upload_stream("b");
      other.write("kept");
      stream = std::move(other);
      stream.close();
    }
  }
  const auto kept = files.find();
  CHECK(chunks.count() == static_cast<std::int64_t>(kept.size()));
  for (const Document& file : kept) CHECK(file.find("filename")->as_string() == "b");
}

TEST_CASE_METHOD(BucketFixture, "Aborting an upload: a source that fails aborts upload_from_stream") {
  FailingSource buffer(content_of(three_batches));
  std::istream source(&buffer);
  const UploadOptions options = large_chunks();
  SECTION("by its state") {
    CHECK_THROWS_AS(bucket.upload_from_stream("a", source, options), StreamError);
    CHECK_THROWS_AS(bucket.upload_from_stream("a", source, options), StreamError);
  }
  SECTION("by an exception, which is re-raised") {
    source.exceptions(std::ios::badbit);
    CHECK_THROWS_AS(bucket.upload_from_stream("a", source, options), SourceFailure);
  }
  CHECK(chunks.count() == 0);
  CHECK(files.count() == 0);
}

TEST_CASE_METHOD(BucketFixture,
                 "Aborting an upload: a file that another program stores under the _id meanwhile stays") {
  // Whatever the server says of the insert, it is not taken to have stored nothing, so that there is one to remove.
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name != "insert" || command.collection() != name + ".files") return CommandProxy::Decision{};
    files.insert(R"({"_id": "id", "length": 0, "chunkSize": 4, "filename": "theirs"})");
    return CommandProxy::refuse(2, "no room");
  });
  Client unlucky_client(client_options(proxy.uri()));
  const Bucket unlucky(unlucky_client, database_name(), bucket_options(name));
  if (GENERATE(false, true)) {
    UploadStream stream = unlucky.open_upload_stream_with_id(Value("id"), "ours");
    stream.write("0123456789");
    CHECK_THROWS_AS(stream.close(), ServerError);
  } else {
    std::vector<BatchOutcome> outcomes;
    BatchUpload upload = unlucky.open_batch_upload([&](const BatchOutcome& outcome) { outcomes.push_back(outcome); });
    upload.add("ours", std::as_bytes(std::span(std::string_view("0123"))), {}, Value("id"));
    upload.flush();
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes.front().error);
  }
  CHECK(files.find_one().find("filename") == Value("theirs"));
  CHECK(chunks.count() == 0);
}

TEST_CASE_METHOD(RefusedDeletes, "Aborting an upload: an abort that fails raises an error") {
  BucketOptions options = bucket_options(new_bucket_name());
  options.parallelism = 1;  // so that a batch is stored when write() returns
  const Bucket bucket(client, database_name(), options);
  UploadStream stream = bucket.open_upload_stream("a", large_chunks());
  stream.write(content_of(more_than_a_batch));
  CHECK_THROWS_AS(stream.abort(), AuthenticationError);
  CHECK(stream.closed());
}

TEST_CASE_METHOD(RefusedDeletes, "Aborting an upload: where the source failed, its error goes before the abort's") {
  BucketOptions sequential = bucket_options(new_bucket_name());
  sequential.parallelism = 1;  // so that a batch is stored before the source fails
  const Bucket bucket(client, database_name(), sequential);
  FailingSource buffer(content_of(more_than_a_batch));
  std::istream source(&buffer);
  const UploadOptions options = large_chunks();
  CHECK_THROWS_AS(bucket.upload_from_stream("a", source, options), StreamError);
  CHECK_FALSE(proxy.commands("delete").empty());
}

TEST_CASE_METHOD(BucketFixture,
                 "Operation Failure: an insert that is refused is reported, and nothing is left behind") {
  int chunk_inserts = 0;
  const bool fails_at_the_file = GENERATE(false, true);
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name != "insert") return CommandProxy::Decision{};
    const bool of_file = command.collection() == name + ".files";
    if (fails_at_the_file ? of_file : ++chunk_inserts == 2) return CommandProxy::refuse(2, "no room");
    return CommandProxy::Decision{};
  });
  Client unlucky_client(client_options(proxy.uri()));
  BucketOptions options = bucket_options(name);
  options.parallelism = GENERATE(1, 64);
  const Bucket unlucky(unlucky_client, database_name(), options);
  UploadStream stream = unlucky.open_upload_stream("a", large_chunks());
  try {
    stream.write(content_of(three_batches));
    stream.close();
    FAIL("the upload went on");
  } catch (const ServerError& error) {
    CHECK(error.server_code() == 2);
    CHECK(error.server_message() == "no room");
    CHECK(std::string(error.what()) == "storing a: no room");
  }
  CHECK(stream.closed());
  CHECK_FALSE(stream.leftover());
  CHECK(chunks.count() == 0);
  CHECK(files.count() == 0);
}
