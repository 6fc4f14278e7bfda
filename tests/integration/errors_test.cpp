// From the server's errors to the exception types.
#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

ClientOptions without_retries(const std::string& uri) {
  ClientOptions options = client_options(uri + "&retryReads=false&retryWrites=false");
  options.retry.retries = 0;
  return options;
}

// A server that answers every command with one error.
struct Refusal {
  explicit Refusal(int code, const char* labels = nullptr)
      : proxy([code, labels](const CommandProxy::Command&) {
          auto decision = CommandProxy::refuse(code, "the server's words");
          if (labels != nullptr) decision.reply.append("errorLabels", Value::from_json(labels));
          return decision;
        }) {}
  CommandProxy proxy;
  Client client{without_retries(proxy.uri())};
  Bucket bucket{client, database_name()};
};

template <typename Type>
void check_thrown(const Bucket& bucket, int code) {
  INFO(code);
  try {
    static_cast<void>(bucket.find_by_id(Value(7)));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(dynamic_cast<const Type*>(&error) != nullptr);
    CHECK(error.server_code() == code);
    CHECK(error.server_message() == "the server's words");
    CHECK(std::string(error.what()) == "looking up file 7: the server's words");
  }
}

}  // namespace

TEST_CASE("Errors: not allowed") {
  const int code = GENERATE(13, 18, 8000);
  const Refusal refusal(code);
  check_thrown<AuthenticationError>(refusal.bucket, code);
}

TEST_CASE("Errors: transient ones of a server that is not there are connection errors") {
  const int code = GENERATE(6, 7, 43, 89, 91, 134, 189, 262, 462, 9001, 10107, 11600, 11602, 13435, 13436);
  const Refusal refusal(code);
  check_thrown<ConnectionError>(refusal.bucket, code);
}

TEST_CASE("Errors: what is labelled as worth another try is a connection error") {
  const Refusal refusal(
      12345, GENERATE(R"(["RetryableWriteError"])", R"(["other", "RetryableError"])", R"(["SystemOverloadedError"])"));
  check_thrown<ConnectionError>(refusal.bucket, 12345);
}

TEST_CASE("Errors: all others are the server's") {
  const int code = GENERATE(1, 2, 50, 96, 12345);
  const Refusal refusal(code);
  check_thrown<ServerError>(refusal.bucket, code);
}

TEST_CASE("Errors: one failure for all operations, each with what was being done") {
  const Refusal refusal(2);
  const Bucket& bucket = refusal.bucket;
  const Value id(7);
  std::istringstream source("x");
  const std::string words = ": the server's words";
  CHECK_THROWS_WITH(bucket.open_upload_stream_with_id(id, "a"), "storing a" + words);
  CHECK_THROWS_WITH(bucket.upload_from_stream("a", source), "storing a" + words);
  CHECK_THROWS_WITH(bucket.open_download_stream(id), "looking up file 7" + words);
  CHECK_THROWS_WITH(bucket.open_download_stream_by_name("a"), "looking up a" + words);
  CHECK_THROWS_WITH(bucket.delete_file(id), "removing file 7" + words);
  CHECK_THROWS_WITH(bucket.delete_by_name("a"), "removing a" + words);
  CHECK_THROWS_WITH(bucket.rename(id, "b"), "renaming file 7" + words);
  CHECK_THROWS_WITH(bucket.rename_by_name("a", "b"), "renaming a" + words);
  CHECK_THROWS_WITH(bucket.find().next(), "listing files" + words);
  CHECK_THROWS_WITH(bucket.find().explain(), "explaining a listing" + words);
  CHECK_THROWS_WITH(bucket.find().distinct("a"), "listing distinct values" + words);
}

TEST_CASE_METHOD(BucketFixture, "Errors: a server that fails in the middle of a download") {
  const Value id = upload("a", content_of(100));
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.collection() == name + ".chunks") return CommandProxy::refuse(13, "not allowed to read");
    return CommandProxy::Decision{};
  });
  Client refused_client(client_options(proxy.uri()));
  const Bucket refused(refused_client, database_name(), bucket_options(name));
  DownloadStream stream = refused.open_download_stream(id);
  CHECK_THROWS_AS(stream.read(), AuthenticationError);
  CHECK_THROWS_WITH(stream.read(), "reading file " + id.as_object_id().value() + " (a): not allowed to read");
  CHECK_THROWS_AS(refused.chunk_summary(stream.file()), AuthenticationError);
}

TEST_CASE_METHOD(BucketFixture,
                 "Errors: a write concern that is not met is a failure, and what was written is taken back") {
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name != "insert" || command.collection() != name + ".files") return CommandProxy::Decision{};
    files.insert(command.documents.at(0));
    return CommandProxy::Decision{
        CommandProxy::Verdict::answer,
        Document::from_json(R"({"n": 1, "ok": 1.0, "writeConcernError": {"code": 64, "errmsg": "waited too long"}})")};
  });
  Client hasty_client(client_options(proxy.uri()));
  const Bucket hasty(hasty_client, database_name(), bucket_options(name));
  std::istringstream source("0123456");
  try {
    hasty.upload_from_stream("a", source);
    FAIL("done too early");
  } catch (const ServerError& error) {
    CHECK(error.server_code() == 64);
    CHECK(std::string(error.what()) == "storing a: waited too long");
  }
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE("Errors: a password is never shown") {
  const std::string uri = server_uri();
  ClientOptions options = client_options("mongodb://user:secret@host:port-that-is-none/");
  CHECK_THROWS_AS(Client(options), ConfigurationError);
  try {
    const Client client(options);
  } catch (const ConfigurationError& error) {
    CHECK(std::string(error.what()).find("secret") == std::string::npos);
    CHECK(std::string(error.what()).find("user:***@host") != std::string::npos);
  }
}
