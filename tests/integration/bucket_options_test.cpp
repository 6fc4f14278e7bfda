#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

template <typename Change>
void refuse(const Change& change) {
  Client client(client_options());
  BucketOptions options;
  change(options);
  CHECK_THROWS_AS(Bucket(client, "db", options), ConfigurationError);
}

// Stores, reads and removes a file, and returns the commands that did it.
std::vector<CommandProxy::Command> commands_of(const BucketOptions& options, const std::string& uri_options = "") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri() + uri_options));
  const Bucket bucket(client, database_name(), options);
  std::istringstream source("0123456");
  const Value id = bucket.upload_from_stream("a", source);
  CHECK(bucket.open_download_stream(id).read() == "0123456");
  CHECK(bucket.find().to_list().size() == 1);
  bucket.rename(id, "b");
  bucket.delete_file(id);
  return proxy.commands();
}

WriteConcern members(const std::variant<int, std::string>& w) {
  WriteConcern concern;
  concern.w = w;
  return concern;
}

bool is_write(const std::string& name) { return name == "insert" || name == "update" || name == "delete"; }

}  // namespace

TEST_CASE("Configurable GridFSBucket class: the bucket's name defaults to fs and names both collections") {
  Client client(client_options());
  CHECK(Bucket(client, "db").name() == "fs");
  BucketFixture fixture;
  fixture.upload("a", "x");
  CHECK(fixture.bucket.name() == fixture.name);
  CHECK(fixture.files.count() == 1);
  CHECK(fixture.chunks.count() == 1);
}

TEST_CASE("Configurable GridFSBucket class: buckets of one database do not mix") {
  BucketFixture first;
  const BucketFixture second;
  const Value id = first.upload("a", "x");
  CHECK_THROWS_AS(second.download(id), FileNotFound);
  CHECK(second.bucket.find().to_list().empty());
}

TEST_CASE("Configurable GridFSBucket class: what is out of range is refused") {
  refuse([](BucketOptions& options) { options.chunk_size_bytes = 0; });
  refuse([](BucketOptions& options) { options.chunk_size_bytes = -1; });
  refuse([](BucketOptions& options) { options.chunk_size_bytes = max_chunk_size + 1; });
  refuse([](BucketOptions& options) { options.parallelism = 0; });
  refuse([](BucketOptions& options) { options.parallelism = 65; });
  refuse([](BucketOptions& options) { options.memory_bytes = (8 << 20) - 1; });
  refuse([](BucketOptions& options) { options.memory_bytes = (1LL << 30) + 1; });
  refuse([](BucketOptions& options) { options.name = ""; });
  refuse([](BucketOptions& options) { options.write_concern = members(0); });
  refuse([](BucketOptions& options) { options.write_concern = members(-1); });
  refuse([](BucketOptions& options) { options.write_concern = members(""); });
  refuse([](BucketOptions& options) {
    options.write_concern = members(1);
    options.write_concern->timeout = std::chrono::milliseconds(0);
  });
  refuse([](BucketOptions& options) { options.read_concern = ReadConcern{""}; });
  refuse([](BucketOptions& options) {
    options.read_preference.emplace().tag_sets.push_back(Document::from_json(R"({"a": "b"})"));
  });
  refuse([](BucketOptions& options) {
    options.read_preference.emplace().mode = ReadPreference::Mode::nearest;
    options.read_preference->max_staleness = std::chrono::seconds(89);
  });
  refuse([](BucketOptions& options) {
    options.read_preference.emplace().mode = ReadPreference::Mode::nearest;
    options.read_preference->max_staleness = std::chrono::seconds(2'147'483'648);
  });
}

TEST_CASE("Configurable GridFSBucket class: an unacknowledged write concern of the connection string is refused") {
  Client client(client_options("mongodb://127.0.0.1:1/?w=0"));
  CHECK_THROWS_AS(Bucket(client, "db"), ConfigurationError);
  BucketOptions options;
  options.write_concern = members("majority");
  CHECK_NOTHROW(Bucket(client, "db", options));
}

TEST_CASE("Configurable GridFSBucket class: the write concern goes with every write") {
  BucketOptions options = bucket_options(new_bucket_name());
  std::string uri_options;
  std::string expected;
  SECTION("of the options") {
    options.write_concern = WriteConcern{.w = 1, .journal = true, .timeout = std::chrono::milliseconds(1234)};
    expected = R"({ "w" : 1, "j" : true, "wtimeout" : 1234 })";
  }
  SECTION("of the options, with as many members as the server's default asks for") {
    uri_options = "&w=1";
    options.write_concern = WriteConcern{.w = {}, .journal = true, .timeout = {}};
    expected = R"({ "j" : true })";
  }
  SECTION("of the connection string") {
    uri_options = "&w=majority";
    expected = R"({ "w" : "majority" })";
  }
  SECTION("of the options rather than of the connection string") {
    uri_options = "&w=majority";
    options.write_concern = members(1);
    expected = R"({ "w" : 1 })";
  }
  int writes = 0;
  for (const auto& command : commands_of(options, uri_options)) {
    if (!is_write(command.name)) continue;
    ++writes;
    CHECK(command.field("writeConcern") == expected);
  }
  CHECK(writes == 5);
}

TEST_CASE("Configurable GridFSBucket class: the read concern goes with what the caller reads") {
  BucketOptions options = bucket_options(new_bucket_name());
  std::string uri_options;
  SECTION("of the options") { options.read_concern = ReadConcern{"local"}; }
  SECTION("of the connection string") { uri_options = "&readConcernLevel=local"; }
  int reads = 0;
  for (const auto& command : commands_of(options, uri_options)) {
    if (command.name != "find") continue;
    if (command.field("filter") == "{  }" && command.field("limit") == "1") continue;  // before the first write
    if (command.field("projection").find("chunkSize") != std::string::npos) continue;  // before a removal
    ++reads;
    CHECK(command.field("readConcern") == R"({ "level" : "local" })");
  }
  CHECK(reads == 3);
}

TEST_CASE("Client: options out of range are refused") {
  const auto refuse_client = [](auto change) {
    ClientOptions options;
    change(options);
    CHECK_THROWS_AS(Client(options), ConfigurationError);
  };
  refuse_client([](ClientOptions& options) { options.uri = ""; });
  refuse_client([](ClientOptions& options) { options.uri = "http://localhost"; });
  refuse_client([](ClientOptions& options) { options.uri = "mongodb://"; });
  refuse_client([](ClientOptions& options) { options.uri = std::string("mongodb://a\0b/", 14); });
  refuse_client([](ClientOptions& options) { options.retry.retries = -1; });
  refuse_client([](ClientOptions& options) { options.retry.retries = 1001; });
  refuse_client([](ClientOptions& options) { options.retry.delay = std::chrono::milliseconds(-1); });
  refuse_client([](ClientOptions& options) { options.connect_timeout = std::chrono::milliseconds(0); });
  refuse_client([](ClientOptions& options) { options.max_connections = 0; });
  refuse_client([](ClientOptions& options) { options.max_connections = 1001; });
  refuse_client([](ClientOptions& options) { options.app_name = std::string(129, 'a'); });
  refuse_client([](ClientOptions& options) { options.auth_mechanism = "no such mechanism"; });
  refuse_client([](ClientOptions& options) { options.username = "ann"; });
  refuse_client([](ClientOptions& options) { options.uri = "mongodb://ann@127.0.0.1:1/?authMechanism=SCRAM-SHA-256"; });
  refuse_client([](ClientOptions& options) { options.tls.ca_file = "/dev/null"; });
  refuse_client([](ClientOptions& options) { options.tls.cert_key_file = "/dev/null"; });
  refuse_client([](ClientOptions& options) { options.uri = "mongodb://127.0.0.1:1/?tlsCAFile=/nosuch/ca.pem"; });
}

TEST_CASE("Client: the database of the connection string") {
  CHECK(Client(client_options("mongodb://127.0.0.1:1/")).default_database().empty());
  CHECK(Client(client_options("mongodb://127.0.0.1:1/pictures?w=1")).default_database() == "pictures");
}
