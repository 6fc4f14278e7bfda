#include <atomic>
#include <chrono>
#include <mutex>
#include <stop_token>
#include <thread>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

constexpr std::int32_t chunk_size = 7;

struct ParallelDownload : BucketFixture {
  [[nodiscard]] Bucket with(int parallelism) { return with(client, parallelism); }
  [[nodiscard]] Bucket with(Client& other, int parallelism) const {
    BucketOptions options = bucket_options(name, chunk_size);
    options.parallelism = parallelism;
    options.sharing = Sharing::always;
    return {other, database_name(), options};
  }

  [[nodiscard]] Value store(const std::string& content) const {
    UploadOptions options;
    options.chunk_size_bytes = chunk_size;
    return upload("a", content, options);
  }
};

// Collects what a sink is given, and knows which bytes came, and whether one came twice.
class Collector {
 public:
  explicit Collector(std::size_t length) : bytes_(length, '\0'), given_(length, false) {}

  void put(std::int64_t offset, std::span<const std::byte> bytes) {
    const std::lock_guard lock(mutex_);
    for (const std::byte byte : bytes) {
      const auto at = static_cast<std::size_t>(offset++);
      twice_ = twice_ || given_.at(at);
      given_[at] = true;
      bytes_[at] = static_cast<char>(byte);
    }
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] bool twice() const { return twice_; }

 private:
  std::mutex mutex_;
  std::string bytes_;
  std::vector<bool> given_;
  bool twice_ = false;
};

std::string collect(const Bucket& bucket, const Value& id, std::size_t length) {
  Collector collector(length);
  bucket.download_to(bucket.find_by_id(id), [&](auto offset, auto bytes) { collector.put(offset, bytes); });
  CHECK_FALSE(collector.twice());
  return collector.bytes();
}

}  // namespace

TEST_CASE_METHOD(ParallelDownload, "Parallel download: the bytes are those that were stored, at any length") {
  const auto length =
      GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{55}, std::size_t{56},
               std::size_t{57}, std::size_t{112}, std::size_t{6'999}, std::size_t{7'000}, std::size_t{7'001});
  const std::string content = content_of(length);
  const Value id = store(content);
  for (const int parallelism : {1, 2, 8}) {
    const Bucket parallel = with(parallelism);
    CHECK((parallel.open_download_stream(id).read() == content));
    CHECK((collect(parallel, id, length) == content));
  }
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: each connection has one query for its share") {
  CommandProxy proxy;
  Client other(client_options(proxy.uri()));
  const Value id = store(content_of(7'000));
  const FileInfo file = bucket.find_by_id(id);
  SECTION("in order") { CHECK(with(other, 4).open_download_stream(file).read().size() == 7'000); }
  SECTION("to a sink") {
    std::atomic<std::size_t> got = 0;
    with(other, 4).download_to(file, [&](auto, auto bytes) { got += bytes.size(); });
    CHECK(got == 7'000);
  }
  // The one that began, and one for each connection.
  CHECK(proxy.commands("find").size() == 1 + 4);
  CHECK(proxy.commands("getMore").empty());
}

TEST_CASE_METHOD(BucketFixture, "A download has one query where the server takes long to begin, or the file is small") {
  // As a server does that reads the whole collection for a query.
  const CommandProxy::Handler slow = [](const CommandProxy::Command& command) {
    if (command.name == "find") std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return CommandProxy::Decision{};
  };
  const bool large = GENERATE(true, false);
  CommandProxy proxy(large ? slow : CommandProxy::Handler());
  Client other(client_options(proxy.uri()));
  const std::string content = content_of(large ? 3'000'000 : 700'000);
  UploadOptions options;
  options.chunk_size_bytes = 100'000;
  const FileInfo file = bucket.find_by_id(upload("a", content, options));
  const Bucket parallel(other, database_name(), bucket_options(name));
  CHECK((parallel.open_download_stream(file).read() == content));
  CHECK(proxy.commands("find").size() == 1);
  // Of a small file the first reply is the last.
  CHECK(proxy.commands("getMore").empty() != large);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a damaged chunk in any share is found") {
  const std::string content = content_of(700);
  const Value id = store(content);
  const int n = GENERATE(1, 2, 49, 50, 51, 52, 53, 54, 55, 56, 98, 99);
  const std::string chunk = "reading file " + id.as_object_id().value() + " (a): chunk " + std::to_string(n);
  const char* damage = GENERATE("missing", "short");
  const bool missing = damage == std::string("missing");
  const std::string filter = R"({"n": )" + std::to_string(n) + "}";
  if (missing) {
    chunks.remove(filter);
  } else {
    chunks.update(filter, R"({"$set": {"data": {"$binary": {"base64": "YQ==", "subType": "00"}}}})");
  }
  const std::string message = chunk + (missing ? " is missing" : " has 1 bytes, not 7");
  const Bucket parallel = with(8);
  CHECK_THROWS_AS(collect(parallel, id, 700), CorruptFile);
  CHECK_THROWS_WITH(collect(parallel, id, 700), message);

  DownloadStream stream = parallel.open_download_stream(id);
  CHECK(stream.read(n * 7) == content.substr(0, static_cast<std::size_t>(n) * 7));
  CHECK_THROWS_WITH(stream.read(1), message);
  CHECK_THROWS_WITH(stream.read(1), message);
  stream.seek((n + 1) * 7);
  CHECK(stream.read() == content.substr(static_cast<std::size_t>(n + 1) * 7));
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a chunk behind the last one is found") {
  const Value id = store(content_of(700));
  Document chunk;
  chunk.append("_id", Value::new_object_id()).append("files_id", id);
  chunk.append("n", Value(std::int32_t{GENERATE(100, 101, 107, 1000)}));
  chunks.insert(chunk.append("data", Value::from_json(R"({"$binary": {"base64": "YQ==", "subType": "00"}})")));
  CHECK_THROWS_AS(collect(with(8), id, 700), CorruptFile);
  CHECK_THROWS_AS(with(8).open_download_stream(id).read(), CorruptFile);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: any part of a file") {
  const std::string content = content_of(350);
  const Value id = store(content);
  const Bucket parallel = with(8);
  DownloadStream stream = parallel.open_download_stream(id);
  for (const std::int64_t from : {0, 6, 7, 100, 343, 349, 350, 14}) {
    for (const std::int64_t count : {1, 7, 60, 350}) {
      stream.seek(from);
      CHECK(stream.read(count) == content.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(count)));
    }
  }
  stream.set_end(200);
  stream.seek(10);
  CHECK(stream.read() == content.substr(10, 190));
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a stream that ends in the middle ends its threads") {
  const Value id = store(content_of(70'000));
  const Bucket parallel = with(8);
  {
    DownloadStream stream = parallel.open_download_stream(id);
    CHECK(stream.read(100).size() == 100);
  }
  DownloadStream stream = parallel.open_download_stream(id);
  CHECK(stream.read(1'000).size() == 1'000);
  stream.close();
  CHECK_THROWS_AS(stream.read(1), StreamError);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: what a sink throws ends the download") {
  const Value id = store(content_of(7'000));
  const int parallelism = GENERATE(1, 8);
  std::atomic<int> calls = 0;
  const auto sink = [&](auto, auto) {
    if (++calls > 50) throw std::runtime_error("disk full");
  };
  const Bucket parallel = with(parallelism);
  CHECK_THROWS_WITH(parallel.download_to(parallel.find_by_id(id), sink), "disk full");
  CHECK(calls <= 50 + parallelism);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: it stops when it is told to") {
  const Value id = store(content_of(7'000));
  std::stop_source stop;
  ClientOptions options = client_options();
  options.stop = stop.get_token();
  Client other(options);
  const Bucket parallel = with(other, GENERATE(1, 8));
  const FileInfo file = parallel.find_by_id(id);
  SECTION("to a sink") {
    std::atomic<int> calls = 0;
    const auto sink = [&](auto, auto) {
      if (++calls == 50) stop.request_stop();
    };
    CHECK_THROWS_AS(parallel.download_to(file, sink), Stopped);
  }
  SECTION("in order") {
    DownloadStream stream = parallel.open_download_stream(file);
    CHECK(stream.read(100).size() == 100);
    stop.request_stop();
    CHECK_THROWS_AS(stream.read(), Stopped);
  }
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a lost connection or cursor is picked up") {
  std::atomic<int> losses = 0;
  CommandProxy proxy([&](const CommandProxy::Command& command) -> CommandProxy::Decision {
    const bool to_lose =
        command.collection() == name + ".chunks" && command.field("filter").find("$mod") != std::string::npos;
    if (!to_lose || ++losses > 3) return {};
    return losses == 2 ? CommandProxy::refuse(43, "cursor not found")
                       : CommandProxy::Decision{CommandProxy::Verdict::lose_answer, {}};
  });
  Client other(client_options(proxy.uri()));
  const std::string content = content_of(7'000);
  const Value id = store(content);
  const Bucket parallel = with(other, 4);
  SECTION("in order") { CHECK((parallel.open_download_stream(id).read() == content)); }
  SECTION("to a sink") { CHECK((collect(parallel, id, content.size()) == content)); }
  CHECK(losses > 3);
}

TEST_CASE_METHOD(ParallelDownload, "A file that is removed while it is read is not called corrupt") {
  const Value id = store(content_of(700));
  const Bucket parallel = with(GENERATE(1, 8));
  const FileInfo file = parallel.find_by_id(id);
  parallel.delete_file(id);
  const std::string message =
      "reading file " + id.as_object_id().value() + " (a): it was removed while it was being read";
  CHECK_THROWS_AS(parallel.open_download_stream(file).read(), FileNotFound);
  CHECK_THROWS_WITH(parallel.open_download_stream(file).read(), message);
  CHECK_THROWS_WITH(parallel.download_to(file, [](auto, auto) {}), message);
}
