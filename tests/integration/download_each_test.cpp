#include <map>
#include <mutex>
#include <stop_token>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"
#include "support/errors.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

// What was told, by the file's place in the list.
class Told {
 public:
  Bucket::Receive receive() {
    return [this](std::size_t index, std::span<const std::byte> content, const std::exception_ptr& error) {
      const std::string text(reinterpret_cast<const char*>(content.data()), content.size());
      const std::lock_guard lock(mutex_);
      const bool first = told_.emplace(index, error ? "error: " + message_of(error) : text).second;
      twice_ = twice_ || !first;
    };
  }

  [[nodiscard]] const std::map<std::size_t, std::string>& told() const { return told_; }
  [[nodiscard]] bool twice() const { return twice_; }

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::string> told_;
  bool twice_ = false;
};

struct SmallFiles : BucketFixture {
  std::vector<FileInfo> stored;
  std::map<std::size_t, std::string> contents;

  // Of 0 to 9 bytes, in chunks of 4.
  void store(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) store(content_of(i % 10));
  }
  void store(const std::string& content, const UploadOptions& options = {}) {
    contents[stored.size()] = content;
    stored.push_back(bucket.find_by_id(upload(std::to_string(stored.size()), content, options)));
  }

  [[nodiscard]] Bucket with(Client& other, int parallelism) const {
    BucketOptions options = bucket_options(name);
    options.parallelism = parallelism;
    return {other, database_name(), options};
  }
  [[nodiscard]] Bucket with(int parallelism) { return with(client, parallelism); }

  std::string chunk(std::size_t file, int n) const {
    return R"({"files_id": )" + stored[file].id().to_json() + R"(, "n": )" + std::to_string(n) + "}";
  }
};

}  // namespace

TEST_CASE_METHOD(SmallFiles, "Many small files: their contents come with one query") {
  CommandProxy proxy;
  Client other(client_options(proxy.uri()));
  store(25);
  Told told;
  with(other, GENERATE(1, 4)).download_each(stored, told.receive());
  CHECK(told.told() == contents);
  CHECK_FALSE(told.twice());
  REQUIRE(proxy.commands().size() == 1);
  CHECK(proxy.commands()[0].name == "find");
}

TEST_CASE_METHOD(SmallFiles, "Many small files: an error of whoever receives them ends it, whatever it is") {
  store(3);
  CommandProxy proxy([](const CommandProxy::Command&) { return CommandProxy::refuse(189, "no primary any more"); });
  ClientOptions options = client_options(proxy.uri() + "&retryReads=false");
  options.retry.retries = 0;
  Client other(options);
  int calls = 0;
  const auto receive = [&](std::size_t /*index*/, std::span<const std::byte> content, const std::exception_ptr&) {
    if (content.empty()) return;
    ++calls;
    static_cast<void>(Bucket(other, database_name()).find_by_id(Value(1)));
  };
  CHECK_THROWS_AS(with(1).download_each(stored, receive), ConnectionError);
  CHECK(calls == 1);
}

TEST_CASE_METHOD(SmallFiles, "Many small files: as many packs as they need") {
  UploadOptions options;
  options.chunk_size_bytes = 200'000;
  for (std::size_t i = 0; i < 12; ++i) store(content_of(700'000 + i), options);
  for (const int parallelism : {1, 4, 8}) {
    Told told;
    with(parallelism).download_each(stored, told.receive());
    CHECK((told.told() == contents));
    CHECK_FALSE(told.twice());
  }
}

TEST_CASE_METHOD(SmallFiles, "Many small files: what is wrong with one is told of it alone, as if it were read alone") {
  store(30);
  chunks.remove(chunk(9, 1));
  chunks.update(chunk(15, 0), R"({"$set": {"data": {"$binary": {"base64": "YQ==", "subType": "00"}}}})");
  chunks.update(chunk(16, 0), R"({"$unset": {"data": 1}})");
  chunks.update(chunk(18, 1), R"({"$set": {"n": 7}})");
  files.remove(by("_id", stored[25].id()));
  chunks.remove(by("files_id", stored[25].id()));
  Document extra;
  extra.append("_id", Value::new_object_id()).append("files_id", stored[28].id()).append("n", Value(std::int32_t{2}));
  chunks.insert(extra.append("data", Value::from_json(R"({"$binary": {"base64": "YQ==", "subType": "00"}})")));

  const auto error = [&](std::size_t i, const std::string& problem) {
    contents[i] =
        "error: reading file " + stored[i].id().as_object_id().value() + " (" + std::to_string(i) + "): " + problem;
  };
  error(9, "chunk 1 is missing");
  error(15, "chunk 0 has length 1, not 4");
  error(16, "chunk 0 has no data");
  error(18, "chunk 1 is missing");
  error(25, "it was removed while it was being read");
  error(28, "there is a chunk that does not belong to it");
  Told told;
  with(GENERATE(1, 4)).download_each(stored, told.receive());
  CHECK(told.told() == contents);
  CHECK_FALSE(told.twice());
}

TEST_CASE_METHOD(SmallFiles, "Many small files: ids of any kind, one twice, and a files document that makes no sense") {
  for (const char* id : {"1", R"("text")", R"({"a": 1})", R"({"$numberLong": "2"})"}) {
    upload_with_id(Value::from_json(id), id, "12345");
    contents[stored.size()] = "12345";
    stored.push_back(bucket.find_by_id(Value::from_json(id)));
  }
  // Chunks whose files_id is another type of number match as well.
  chunks.update(R"({"files_id": 1, "n": 0})", R"({"$set": {"files_id": {"$numberLong": "1"}}})");
  contents[4] = contents[1];
  stored.push_back(stored[1]);
  contents[5] = "error: reading file 5: the files document's length is missing or not a whole number";
  stored.emplace_back(Document::from_json(R"({"_id": 5})"));
  Told told;
  bucket.download_each(stored, told.receive());
  CHECK(told.told() == contents);
  CHECK_FALSE(told.twice());
}

TEST_CASE_METHOD(SmallFiles, "Many small files: a file that is not small is refused") {
  UploadOptions options;
  options.chunk_size_bytes = 500'000;
  store(content_of(max_small_file + 1), options);
  CHECK_THROWS_AS(bucket.download_each(stored, Told().receive()), ConfigurationError);
}

TEST_CASE_METHOD(SmallFiles, "Many small files: a lost answer is picked up, and no file is told twice") {
  int losses = 0;
  CommandProxy proxy([&](const CommandProxy::Command&) -> CommandProxy::Decision {
    return {++losses == 1 ? CommandProxy::Verdict::lose_answer : CommandProxy::Verdict::pass, {}};
  });
  Client other(client_options(proxy.uri()));
  store(25);
  Told told;
  with(other, 4).download_each(stored, told.receive());
  CHECK(told.told() == contents);
  CHECK_FALSE(told.twice());
  CHECK(losses == 2);
}

TEST_CASE_METHOD(SmallFiles, "Many small files: what the receiver throws, and a stop, end it") {
  store(25);
  const int parallelism = GENERATE(1, 4);
  int calls = 0;
  std::mutex mutex;
  const auto full = [&](auto, auto, const auto&) {
    const std::lock_guard lock(mutex);
    if (++calls == 5) throw std::runtime_error("disk full");
  };
  CHECK_THROWS_WITH(with(parallelism).download_each(stored, full), "disk full");

  std::stop_source stop;
  ClientOptions options = client_options();
  options.stop = stop.get_token();
  Client other(options);
  stop.request_stop();
  CHECK_THROWS_AS(with(other, parallelism).download_each(stored, Told().receive()), Stopped);
}
