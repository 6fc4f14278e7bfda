#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

// With as many connections, each part of a download is one chunk.
constexpr std::int32_t one_chunk = 100'000;
constexpr int most = 64;

// By its handshake a server that is far, so that the parts of a download are asked for at once, however busy it is.
constexpr std::chrono::milliseconds far(50);

struct ParallelDownload : BucketFixture {
  [[nodiscard]] Bucket with(int parallelism) { return with(client, parallelism); }
  [[nodiscard]] Bucket with(Client& other, int parallelism) const {
    BucketOptions options = bucket_options(name, one_chunk);
    options.parallelism = parallelism;
    return {other, database_name(), options};
  }

  [[nodiscard]] Value store(const std::string& content) const {
    UploadOptions options;
    options.chunk_size_bytes = one_chunk;
    return upload("a", content, options);
  }
};

}  // namespace

TEST_CASE_METHOD(ParallelDownload, "Parallel download: the bytes are those that were stored, at any length") {
  const auto length =
      GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{100'000}, std::size_t{100'001}, std::size_t{200'000},
               std::size_t{6'399'999}, std::size_t{6'400'000}, std::size_t{6'400'001}, std::size_t{9'000'000});
  const std::string content = content_of(length);
  const Value id = store(content);
  for (const int parallelism : {1, 2, 8, most}) CHECK((with(parallelism).open_download_stream(id).read() == content));
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: each part has one query and one reply") {
  CommandProxy proxy({}, far);
  Client other(client_options(proxy.uri()));
  const Bucket parallel = with(other, 8);
  const FileInfo file = parallel.find_by_id(store(content_of(7'000'000)));
  proxy.forget();
  CHECK(parallel.open_download_stream(file).read().size() == 7'000'000);
  const int chunks_per_part = (12 << 20) / 8 / one_chunk;
  CHECK(proxy.commands("find").size() == (70 + chunks_per_part - 1) / chunks_per_part);
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
  const std::string content = content_of(large ? 7'000'000 : 700'000);
  UploadOptions options;
  options.chunk_size_bytes = 100'000;
  const FileInfo file = bucket.find_by_id(upload("a", content, options));
  const Bucket parallel(other, database_name(), bucket_options(name));
  CHECK((parallel.open_download_stream(file).read() == content));
  CHECK(proxy.commands("find").size() == 1);
  // Of a small file the first reply is the last.
  CHECK(proxy.commands("getMore").empty() != large);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a damaged chunk in any part is found") {
  const std::string content = content_of(2'000'000);
  const Value id = store(content);
  const int n = GENERATE(0, 1, 2, 10, 18, 19);
  const std::string chunk = "reading file " + id.as_object_id().value() + " (a): chunk " + std::to_string(n);
  const char* damage = GENERATE("missing", "short");
  const bool missing = damage == std::string("missing");
  const std::string filter = R"({"n": )" + std::to_string(n) + "}";
  if (missing) {
    chunks.remove(filter);
  } else {
    chunks.update(filter, R"({"$set": {"data": {"$binary": {"base64": "YQ==", "subType": "00"}}}})");
  }
  const std::string message = chunk + (missing ? " is missing" : " has length 1, not 100000");
  const Bucket parallel = with(most);
  CHECK_THROWS_AS(parallel.open_download_stream(id).read(), CorruptFile);

  DownloadStream stream = parallel.open_download_stream(id);
  CHECK((stream.read(n * one_chunk) == content.substr(0, static_cast<std::size_t>(n) * one_chunk)));
  CHECK_THROWS_WITH(stream.read(1), message);
  CHECK_THROWS_WITH(stream.read(1), message);
  stream.seek(std::int64_t{n + 1} * one_chunk);
  CHECK((stream.read() == content.substr(static_cast<std::size_t>(n + 1) * one_chunk)));
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a chunk that is there twice is found") {
  const Value id = store(content_of(500'000));
  const int n = GENERATE(0, 1, 3, 4);
  // Only without the unique index.
  const std::string other = new_bucket_name();
  RawCollection(database_name(), other + ".files").insert(files.find_one());
  RawCollection other_chunks(database_name(), other + ".chunks");
  for (const Document& chunk : chunks.find()) {
    other_chunks.insert(chunk);
    if (number(chunk, "n") != n) continue;
    Document twin;
    for (const auto& [key, value] : chunk.fields()) twin.append(key, key == "_id" ? Value::new_object_id() : value);
    other_chunks.insert(twin);
  }
  BucketOptions options = bucket_options(other, one_chunk);
  options.parallelism = GENERATE(1, most);
  CHECK_THROWS_AS(Bucket(client, database_name(), options).open_download_stream(id).read(), CorruptFile);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a chunk behind the last one is found") {
  const Value id = store(content_of(2'000'000));
  Document chunk;
  chunk.append("_id", Value::new_object_id()).append("files_id", id);
  chunk.append("n", Value(std::int32_t{GENERATE(20, 21, 84, 1000)}));
  chunks.insert(chunk.append("data", Value::from_json(R"({"$binary": {"base64": "YQ==", "subType": "00"}})")));
  CHECK_THROWS_AS(with(most).open_download_stream(id).read(), CorruptFile);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: any part of a file") {
  const std::string content = content_of(5'000'000);
  const Value id = store(content);
  DownloadStream stream = with(most).open_download_stream(id);
  for (const std::int64_t from : {0, 99'999, 100'000, 1'428'571, 4'900'000, 4'999'999, 5'000'000, 200'000}) {
    for (const std::int64_t count : {1, 100'000, 857'142, 5'000'000}) {
      stream.seek(from);
      CHECK((stream.read(count) == content.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(count))));
    }
  }
  stream.set_end(2'857'142);
  stream.seek(142'857);
  CHECK((stream.read() == content.substr(142'857, 2'714'285)));
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a stream that ends in the middle ends its threads") {
  const Value id = store(content_of(10'000'000));
  const Bucket parallel = with(most);
  {
    DownloadStream stream = parallel.open_download_stream(id);
    CHECK(stream.read(100).size() == 100);
  }
  DownloadStream stream = parallel.open_download_stream(id);
  CHECK(stream.read(1'000'000).size() == 1'000'000);
  stream.close();
  CHECK_THROWS_AS(stream.read(1), StreamError);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: it stops when it is told to") {
  const Value id = store(content_of(7'000'000));
  std::stop_source stop;
  ClientOptions options = client_options();
  options.stop = stop.get_token();
  Client other(options);
  DownloadStream stream = with(other, GENERATE(1, most)).open_download_stream(id);
  CHECK(stream.read(100).size() == 100);
  stop.request_stop();
  CHECK_THROWS_AS(stream.read(), Stopped);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: a lost connection or cursor is picked up") {
  std::atomic<int> losses = 0;
  const auto lose = [&](const CommandProxy::Command& command) -> CommandProxy::Decision {
    const bool to_lose =
        command.collection() == name + ".chunks" && command.field("filter").find("$lt") != std::string::npos;
    if (!to_lose || ++losses > 3) return {};
    return losses == 2 ? CommandProxy::refuse(43, "cursor not found")
                       : CommandProxy::Decision{CommandProxy::Verdict::lose_answer, {}};
  };
  CommandProxy proxy(lose, far);
  Client other(client_options(proxy.uri()));
  const std::string content = content_of(7'000'000);
  const Value id = store(content);
  CHECK((with(other, most).open_download_stream(id).read() == content));
  CHECK(losses > 3);
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: the client has fewer connections") {
  CommandProxy proxy({}, GENERATE(as<std::chrono::milliseconds>{}, far, std::chrono::milliseconds(0)));
  ClientOptions options = client_options(proxy.uri());
  options.max_connections = GENERATE(1, 2, 3);
  Client other(options);
  const std::string content = content_of(14'000'000);
  const Value id = store(content);
  CHECK((with(other, 4).open_download_stream(id).read() == content));
}

TEST_CASE_METHOD(ParallelDownload,
                 "Parallel download: parts ahead do without the connections that another stream has") {
  CommandProxy proxy({}, far);
  ClientOptions options = client_options(proxy.uri());
  options.max_connections = 4;
  options.connect_timeout = std::chrono::milliseconds(1500);
  Client other(options);
  const std::string content = content_of(14'000'000);
  const Value id = store(content);
  DownloadStream first = with(other, 3).open_download_stream(id);
  DownloadStream second = with(other, 4).open_download_stream(id);
  CHECK(first.read(1).size() == 1);
  CHECK((second.read() == content));
  CHECK((first.read() == content.substr(1)));
}

TEST_CASE_METHOD(ParallelDownload, "Parallel download: what is missing is reported at once on the only connection") {
  ClientOptions options = client_options();
  options.max_connections = 1;
  options.connect_timeout = std::chrono::hours(1);
  Client other(options);
  const Value id = store(content_of(700'000));
  chunks.remove(R"({"n": {"$gte": 2}})");
  CHECK_THROWS_AS(with(other, 4).open_download_stream(id).read(), CorruptFile);
}

TEST_CASE_METHOD(ParallelDownload, "A file that is removed while it is read is not called corrupt") {
  const Value id = store(content_of(700'000));
  const Bucket parallel = with(GENERATE(1, most));
  const FileInfo file = parallel.find_by_id(id);
  parallel.delete_file(id);
  const std::string message =
      "reading file " + id.as_object_id().value() + " (a): it was removed while it was being read";
  CHECK_THROWS_AS(parallel.open_download_stream(file).read(), FileNotFound);
  CHECK_THROWS_WITH(parallel.open_download_stream(file).read(), message);
}
