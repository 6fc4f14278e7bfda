// The scripted server against the bucket module: it works where no rule says otherwise, and each rule does what it
// says.
#include <chrono>
#include <stdexcept>
#include <string>

#include "gridfs/bucket.hpp"

#include "support/catch.hpp"
#include "support/scripted_server/server.hpp"

namespace {

using gridfs::scripted::ScriptedServer;
using namespace std::chrono_literals;

constexpr std::int32_t chunk_size = 1000;

gridfs::ClientOptions options(const ScriptedServer& server, int retries) {
  gridfs::ClientOptions result;
  result.uri = server.uri();
  result.connect_timeout = 5s;
  result.retry = {.retries = retries, .delay = 1ms};
  return result;
}

gridfs::BucketOptions bucket_options() {
  gridfs::BucketOptions result;
  result.chunk_size_bytes = chunk_size;
  return result;
}

// A bucket on the server, with a client of its own.
struct Connected {
  explicit Connected(const ScriptedServer& server, int retries = 0)
      : client(options(server, retries)), bucket(client, "test", bucket_options()) {}

  [[nodiscard]] gridfs::Value store(const std::string& content) const {
    auto upload = bucket.open_upload_stream("a");
    upload.write(content);
    upload.close();
    return upload.id();
  }

  gridfs::Client client;
  gridfs::Bucket bucket;
};

std::string content(std::size_t length) {
  std::string bytes(length, ' ');
  for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

std::size_t stored(const ScriptedServer& server, const char* collection) {
  return server.dump(std::string("test.fs.") + collection).size();
}

}  // namespace

TEST_CASE("without rules a file is stored, read, renamed and removed") {
  const std::string topology = GENERATE(R"({"topology": "standalone"})", R"({"topology": "sharded"})",
                                        R"({"topology": "replica_set", "nodes": 2})");
  CAPTURE(topology);
  const ScriptedServer server(topology);
  const Connected to(server);
  const std::string bytes = content(10'500'000);  // more than one batch each way

  const auto id = to.store(bytes);
  CHECK(stored(server, "chunks") == 10'500);
  CHECK(to.bucket.open_download_stream(id).read() == bytes);
  CHECK(to.bucket.chunk_summary(to.bucket.find_by_id(id)).complete());
  to.bucket.rename(id, "b");
  CHECK(to.bucket.find_by_name("b").id() == id);
  to.bucket.delete_file(id);
  CHECK(stored(server, "chunks") == 0);
  CHECK(stored(server, "files") == 0);
  CHECK(server.count("createIndexes").answered == 2);
}

TEST_CASE("keys of unique indexes are held") {
  const ScriptedServer server;
  const Connected to(server);
  const auto id = to.store("one");
  CHECK_THROWS_AS(to.bucket.open_upload_stream_with_id(id, "a"), gridfs::FileExists);

  auto first = to.bucket.open_upload_stream_with_id(gridfs::Value("same"), "a");
  auto second = to.bucket.open_upload_stream_with_id(gridfs::Value("same"), "a");
  first.write("first");
  first.close();
  second.write("second");
  CHECK_THROWS_AS(second.close(), gridfs::FileExists);
  CHECK(stored(server, "chunks") == 2);
}

TEST_CASE("error: the command is refused, or done nevertheless") {
  const bool done = GENERATE(false, true);
  const ScriptedServer server(R"([{"on": "insert", "collection": "files", "do": "error", "code": 14031,
      "message": "disk full")" +
                              std::string(done ? R"(, "when": "after"}])" : "}]"));
  const Connected to(server);
  auto upload = to.bucket.open_upload_stream("a");
  try {
    upload.close();
    FAIL("it was stored");
  } catch (const gridfs::ServerError& error) {
    CHECK(error.server_code() == 14031);
    CHECK_THAT(error.what(), Catch::Matchers::Contains("disk full"));
  }
  CHECK(server.count("insert").received == 1);
}

TEST_CASE("write_error: what is before the refused document is stored") {
  ScriptedServer server(
      R"([{"on": "insert", "collection": "chunks", "do": "write_error", "index": 2, "code": 14031}])");
  server.add_rules(R"({"on": "delete", "nth": "every", "do": "error", "code": 13})");
  const Connected to(server);
  CHECK_THROWS_AS(to.store(content(3 * chunk_size)), gridfs::ServerError);
  CHECK(stored(server, "chunks") == 2);
}

TEST_CASE("write_concern_error: done, but not as asked for") {
  const ScriptedServer server(R"([{"on": "insert", "collection": "files", "do": "write_concern_error", "code": 64},
                                  {"on": "delete", "nth": "every", "do": "error", "code": 13}])");
  const Connected to(server);
  CHECK_THROWS_AS(to.store("a"), gridfs::ServerError);
  CHECK(stored(server, "files") == 1);
}

TEST_CASE("delay: the answer comes late") {
  const std::string when = GENERATE("before", "after");
  const ScriptedServer server(R"([{"on": "find", "do": "delay", "milliseconds": 80, "when": ")" + when + "\"}]");
  const Connected to(server);
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(to.bucket.find().next());
  CHECK(std::chrono::steady_clock::now() - start >= 80ms);
}

TEST_CASE("close: before or after the command is done, or in the middle of the reply") {
  const std::string when = GENERATE("before", "after", "in_reply");
  const bool reset = GENERATE(false, true);
  CAPTURE(when, reset);
  const ScriptedServer server(R"([{"on": "insert", "collection": "files", "do": "close", "reset": )" +
                              std::string(reset ? "true" : "false") + R"(, "when": ")" + when +
                              R"("}, {"on": "delete", "nth": "every", "do": "error", "code": 13}])");
  const Connected to(server);
  if (when == "before") {
    CHECK_THROWS_AS(to.store(""), gridfs::ConnectionError);
  } else {
    CHECK_NOTHROW(to.store(""));  // the client has looked whether it is there
  }
  CHECK(stored(server, "files") == (when == "before" ? 0 : 1));
  CHECK(server.count("insert").received == 1);
  CHECK(server.count("insert").answered == 0);
}

TEST_CASE("no_reply: the client waits in vain") {
  const ScriptedServer server(R"([{"on": "insert", "do": "no_reply", "when": "after"}])");
  auto limited = options(server, 0);
  limited.uri += "?socketTimeoutMS=100";
  gridfs::Client client(limited);
  const gridfs::Bucket bucket(client, "test");
  auto upload = bucket.open_upload_stream("a");
  upload.write("a");
  CHECK_THROWS_AS(upload.close(), gridfs::ConnectionError);
  CHECK(server.count("insert").received == 1);
  CHECK(server.count("insert").answered == 0);
}

TEST_CASE("oversized_reply: longer than any client takes") {
  const ScriptedServer server(R"([{"on": "find", "nth": "every", "do": "oversized_reply"}])");
  const Connected to(server);
  CHECK_THROWS_AS(to.bucket.find().next(), gridfs::Error);
}

TEST_CASE("reverse_batch: out of order") {
  ScriptedServer server;
  const Connected to(server);
  const auto id = to.store(content(3 * chunk_size));
  server.add_rules(R"({"on": "find", "collection": "chunks", "do": "reverse_batch"})");
  CHECK_THROWS_AS(to.bucket.open_download_stream(id).read(), gridfs::CorruptFile);
  server.clear_rules();
  CHECK(to.bucket.open_download_stream(id).read() == content(3 * chunk_size));
}

TEST_CASE("drop_cursors: the next batch is not found") {
  ScriptedServer server;
  Connected to(server, 1);
  const std::string bytes = content(9'000'000);
  const auto id = to.store(bytes);
  server.add_rules(R"({"on": "getMore", "do": "drop_cursors"})");
  auto one_by_one = bucket_options();
  one_by_one.parallelism = 1;  // several connections ask for a part each, and need no getMore
  const gridfs::Bucket bucket(to.client, "test", one_by_one);
  CHECK(bucket.open_download_stream(id).read() == bytes);
  CHECK(server.count("getMore").received >= 1);
}

TEST_CASE("step_down: no primary for a while, then there is one again") {
  const std::string nodes = GENERATE("1", "2");
  const bool driver_retries = GENERATE(false, true);
  CAPTURE(nodes, driver_retries);
  const ScriptedServer server(R"({"topology": "replica_set", "nodes": )" + nodes +
                              R"(, "rules": [{"on": "insert", "collection": "chunks", "do": "step_down"}]})");
  auto patient = options(server, 5);
  patient.uri += driver_retries ? "&retryWrites=true" : "&retryWrites=false";
  gridfs::Client client(patient);
  const gridfs::Bucket bucket(client, "test");
  auto upload = bucket.open_upload_stream("a");
  upload.write("a");
  upload.close();
  CHECK(stored(server, "files") == 1);
  CHECK(stored(server, "chunks") == 1);
  CHECK(server.count("insert").received >= 3);
}

TEST_CASE("a retryable write is done once") {
  const ScriptedServer server(R"({"topology": "replica_set", "rules": [{"on": "insert", "collection": "files",
      "do": "error", "when": "after", "code": 262, "labels": ["RetryableWriteError"]}]})");
  auto once = options(server, 0);
  once.uri += "&retryWrites=true";
  gridfs::Client client(once);
  const gridfs::Bucket bucket(client, "test");
  auto upload = bucket.open_upload_stream("a");
  upload.close();
  CHECK(stored(server, "files") == 1);
  CHECK(server.count("insert").received == 2);
}

TEST_CASE("nth and times say which commands a rule meets") {
  ScriptedServer server(R"([{"on": "find", "nth": 2, "times": 2, "do": "error", "code": 2}])");
  const Connected to(server);
  const auto refused = [&] {
    try {
      to.bucket.find().next();
      return false;
    } catch (const gridfs::ServerError&) {
      return true;
    }
  };
  CHECK_FALSE(refused());
  CHECK(refused());
  CHECK(refused());
  CHECK_FALSE(refused());
}

TEST_CASE("what is no script is refused") {
  const std::string script =
      GENERATE("", "7", "[{}]", R"([{"on": "find"}])", R"([{"on": "find", "do": "dance"}])",
               R"([{"on": "find", "do": "close", "when": "never"}])", R"([{"on": "find", "do": "close", "nht": 2}])",
               R"({"topology": "ring"})", R"({"nodes": 2})");
  CAPTURE(script);
  CHECK_THROWS_AS(ScriptedServer(script), std::invalid_argument);
}
