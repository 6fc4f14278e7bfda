// A bucket that is read from a secondary which has nothing yet of what the primary has: what to store, to send again,
// to remove or to rename is decided by what the primary has.
#include <string>
#include <string_view>

#include "gridfs/bucket.hpp"

#include "support/catch.hpp"
#include "support/scripted_server/server.hpp"

namespace {

using gridfs::Value;
using gridfs::scripted::ScriptedServer;
using namespace std::chrono_literals;

constexpr std::string_view three_chunks = "three chunks";

struct LaggingSecondary {
  ScriptedServer server{R"({"topology": "replica_set", "nodes": 2, "secondary_lags": true, "rules": []})"};
  gridfs::Client client{client_options()};
  gridfs::Bucket bucket{client, "test", bucket_options()};

  [[nodiscard]] gridfs::ClientOptions client_options() const {
    gridfs::ClientOptions options;
    options.uri = server.uri() + "&retryWrites=false";
    options.retry.delay = 1ms;
    return options;
  }

  static gridfs::BucketOptions bucket_options() {
    gridfs::BucketOptions options;
    options.chunk_size_bytes = 5;
    options.read_preference.emplace().mode = gridfs::ReadPreference::Mode::secondary;
    return options;
  }

  void fail_once(std::string_view collection, std::string_view how) {
    server.add_rules(R"({"on": "insert", "collection": ")" + std::string(collection) + R"(", )" + std::string(how) +
                     "}");
  }

  void store(std::string_view name, const std::optional<Value>& id) const {
    gridfs::UploadStream stream = id ? bucket.open_upload_stream_with_id(*id, name) : bucket.open_upload_stream(name);
    stream.write(three_chunks);
    stream.close();
  }

  [[nodiscard]] std::size_t count(const std::string& collection) const {
    return server.dump("test.fs." + collection).size();
  }

  void check_stored(std::size_t files) const {
    CHECK(count("files") == files);
    CHECK(count("chunks") == 3 * files);
  }
};

constexpr const char* answer_is_lost = R"("do": "close", "when": "after")";
constexpr const char* refused = R"("do": "error", "code": 14031)";

}  // namespace

TEST_CASE_METHOD(LaggingSecondary, "Lagging secondary: it is what is read, and has nothing") {
  store("a", Value("id"));
  check_stored(1);
  CHECK_THROWS_AS(bucket.find_by_id(Value("id")), gridfs::FileNotFound);
}

TEST_CASE_METHOD(LaggingSecondary, "Lagging secondary: chunks that it does not have yet are read from the primary") {
  store("a", Value("id"));
  gridfs::BucketOptions options;
  const gridfs::FileInfo file = gridfs::Bucket(client, "test", options).find_by_id(Value("id"));
  CHECK(bucket.open_download_stream(file).read() == three_chunks);
  CHECK(bucket.chunk_summary(file).complete());
  std::string content;
  bucket.download_each(std::span(&file, 1), [&](std::size_t, std::span<const std::byte> bytes, const auto& error) {
    CHECK_FALSE(error);
    content.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  });
  CHECK(content == three_chunks);
}

TEST_CASE_METHOD(LaggingSecondary, "Lagging secondary: an answer that is lost makes no conflict") {
  fail_once(GENERATE("chunks", "files"), answer_is_lost);
  store("a", GENERATE(std::optional<Value>(), std::optional<Value>("id")));
  check_stored(1);
}

TEST_CASE_METHOD(LaggingSecondary, "Lagging secondary: an answer to many small files that is lost makes no conflict") {
  fail_once(GENERATE("chunks", "files"), answer_is_lost);
  int stored = 0;
  auto upload = bucket.open_batch_upload([&](const gridfs::BatchOutcome& outcome) { stored += outcome.file ? 1 : 0; });
  for (const char* name : {"a", "b", "c"}) upload.add(name, std::as_bytes(std::span(three_chunks)));
  upload.flush();
  CHECK(stored == 3);
  check_stored(3);
}

TEST_CASE_METHOD(LaggingSecondary, "Lagging secondary: what failed leaves nothing") {
  fail_once("files", refused);
  CHECK_THROWS_AS(store("a", GENERATE(std::optional<Value>(), std::optional<Value>("id"))), gridfs::ServerError);
  check_stored(0);
}

TEST_CASE_METHOD(LaggingSecondary, "Lagging secondary: an id in use is refused") {
  store("a", Value("id"));
  CHECK_THROWS_AS(bucket.open_upload_stream_with_id(Value("id"), "b"), gridfs::FileExists);
  check_stored(1);
}

TEST_CASE_METHOD(LaggingSecondary, "Lagging secondary: what it does not have is removed and renamed") {
  store("a", Value("id"));
  SECTION("removed by id") { bucket.delete_file(Value("id")); }
  SECTION("removed by name") { CHECK(bucket.delete_by_name("a") == 1); }
  SECTION("renamed by id") {
    bucket.rename(Value("id"), "b");
    CHECK(bucket.delete_by_name("b") == 1);
  }
  SECTION("renamed by name") {
    CHECK(bucket.rename_by_name("a", "b") == 1);
    CHECK(bucket.delete_by_name("b") == 1);
  }
  check_stored(0);
}
