#include <array>
#include <cstddef>
#include <vector>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

// Takes some bytes, and then no more.
class FullDestination : public std::streambuf {
 public:
  explicit FullDestination(std::streamsize room) : room_(room) {}

 protected:
  std::streamsize xsputn(const char* /*bytes*/, std::streamsize count) override {
    const auto taken = std::min(room_, count);
    room_ -= taken;
    return taken;
  }
  int_type overflow(int_type /*next*/) override { return traits_type::eof(); }

 private:
  std::streamsize room_;
};

class FailingFlush : public std::stringbuf {
 protected:
  int sync() override { return -1; }
};

}  // namespace

TEST_CASE_METHOD(BucketFixture, "File Download: what was stored comes back byte for byte") {
  const auto length = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{5},
                               std::size_t{8}, std::size_t{1000});
  const std::string content = content_of(length);
  const Value id = upload("a", content);
  CHECK(download(id) == content);
  CHECK(download_by_name("a") == content);
  DownloadStream stream = bucket.open_download_stream(id);
  CHECK(stream.read() == content);
  CHECK(stream.read().empty());
}

TEST_CASE_METHOD(BucketFixture, "File Download: a file that takes several replies of the server") {
  const std::string content = content_of(4'600'000);
  UploadOptions options;
  options.chunk_size_bytes = 10'000;
  const Value id = upload("a", content, options);
  CHECK((download(id) == content));
}

TEST_CASE_METHOD(BucketFixture, "File Download: an id that no file has is an error") {
  const Value id = Value::object_id("4f0123456789abcdef012345");
  const std::string message = "file 4f0123456789abcdef012345: no such file";
  CHECK_THROWS_AS(bucket.open_download_stream(id), FileNotFound);
  CHECK_THROWS_WITH(bucket.open_download_stream(id), message);
  CHECK_THROWS_WITH(download(id), message);
  CHECK_THROWS_WITH(bucket.find_by_id(id), message);
}

TEST_CASE_METHOD(BucketFixture, "File Download: the stream tells what the files document says") {
  UploadOptions options;
  options.metadata = Document::from_json(R"({"contentType": "text/plain"})");
  const Value id = upload("a.txt", "0123456", options);
  const DownloadStream stream = bucket.open_download_stream(id);
  CHECK(stream.id() == id);
  CHECK(stream.filename() == "a.txt");
  CHECK(stream.name() == "a.txt");
  CHECK(stream.length() == 7);
  CHECK(stream.chunk_size() == 4);
  CHECK(stream.content_type() == "text/plain");
  CHECK(stream.metadata() == options.metadata);
  CHECK(stream.upload_date() == files.find_one().find("uploadDate")->as_date_time());
  CHECK_FALSE(stream.md5());
  CHECK(stream.aliases().empty());
  CHECK(DownloadStream::seekable());
}

TEST_CASE_METHOD(BucketFixture, "File Download: reads of any size give the same bytes") {
  const std::string content = content_of(103);
  const Value id = upload("a", content);
  const auto piece = GENERATE(std::int64_t{1}, std::int64_t{3}, std::int64_t{4}, std::int64_t{5}, std::int64_t{200});
  DownloadStream stream = bucket.open_download_stream(id);
  std::string read;
  for (std::string part = stream.read(piece); !part.empty(); part = stream.read(piece)) {
    read += part;
    CHECK(stream.tell() == static_cast<std::int64_t>(read.size()));
  }
  CHECK(read == content);
  CHECK_THROWS_AS(stream.read(-1), ConfigurationError);

  stream.seek(100);
  std::vector<std::byte> buffer(10);
  CHECK(stream.read(buffer) == 3);
  CHECK(stream.read(buffer) == 0);
}

TEST_CASE_METHOD(BucketFixture, "File Download: chunk by chunk") {
  DownloadStream stream = bucket.open_download_stream(upload("a", "0123456789"));
  const auto next = [&] {
    const auto chunk = stream.read_chunk();
    return std::string(reinterpret_cast<const char*>(chunk.data()), chunk.size());
  };
  CHECK(next() == "0123");
  CHECK(stream.read(1) == "4");
  CHECK(next() == "567");
  CHECK(next() == "89");
  CHECK(next().empty());
  CHECK(stream.tell() == 10);
}

TEST_CASE_METHOD(BucketFixture, "File Download: line by line") {
  DownloadStream stream = bucket.open_download_stream(upload("a", "one\n\nthree and more\nfour"));
  CHECK(stream.read_line() == "one\n");
  CHECK(stream.read_line() == "\n");
  CHECK(stream.read_line(0).empty());
  CHECK(stream.read_line(6) == "three ");
  CHECK(stream.read_line(100) == "and more\n");
  CHECK(stream.read_line() == "four");
  CHECK(stream.read_line().empty());
  CHECK_THROWS_AS(stream.read_line(-1), ConfigurationError);
}

TEST_CASE_METHOD(BucketFixture, "File Download: a closed stream gives nothing") {
  DownloadStream stream = bucket.open_download_stream(upload("a", "0123456"));
  CHECK(stream.read(2) == "01");
  stream.close();
  CHECK(stream.closed());
  CHECK_THROWS_AS(stream.read(1), StreamError);
  CHECK_THROWS_AS(stream.read_chunk(), StreamError);
  CHECK_THROWS_AS(stream.read_line(), StreamError);
  CHECK_THROWS_AS(stream.read(0), StreamError);
  CHECK_THROWS_AS(stream.read_line(0), StreamError);
  stream.seek(0, DownloadStream::Whence::end);
  CHECK_THROWS_AS(stream.read(), StreamError);
  CHECK(stream.length() == 7);
}

TEST_CASE_METHOD(BucketFixture, "File Download: a destination that fails is an error, at the last flush as well") {
  const Value id = upload("a", content_of(50));
  const auto room = GENERATE(0, 10, 49);
  const auto exceptions =
      GENERATE(as<std::ios::iostate>{}, std::ios::goodbit, std::ios::badbit, std::ios::failbit, std::ios::eofbit);
  FullDestination full(room);
  std::ostream destination(&full);
  destination.exceptions(exceptions);
  CHECK_THROWS_AS(bucket.download_to_stream(id, destination), StreamError);
  FailingFlush failing;
  std::ostream unflushed(&failing);
  unflushed.exceptions(exceptions);
  CHECK_THROWS_AS(bucket.download_to_stream_by_name("a", unflushed), StreamError);
}

TEST_CASE_METHOD(BucketFixture, "File Download: what was not returned because of an error is read by the next call") {
  const Value id = upload("a", "01234567\n9");
  const Document chunk = chunks.find_one(R"({"n": 1})");
  chunks.remove(R"({"n": 1})");
  DownloadStream stream = bucket.open_download_stream(id);
  CHECK(stream.read(1) == "0");
  SECTION("read into a buffer") {
    std::array<std::byte, 100> buffer{};
    CHECK_THROWS_AS(stream.read(buffer), CorruptFile);
  }
  SECTION("read") { CHECK_THROWS_AS(stream.read(), CorruptFile); }
  SECTION("read_line") { CHECK_THROWS_AS(stream.read_line(), CorruptFile); }
  CHECK(stream.tell() == 1);
  chunks.insert(chunk);
  CHECK(stream.read_line() == "1234567\n");
  CHECK(stream.read() == "9");
}

TEST_CASE_METHOD(BucketFixture, "File Download: the end is read again where there is a chunk too many behind it") {
  const Value id = upload("a", "01234567");
  chunks.insert(Document()
                    .append("_id", Value("more"))
                    .append("files_id", id)
                    .append("n", Value(2))
                    .append("data", Value::from_json(R"({"$binary": {"base64": "YQ==", "subType": "00"}})")));
  DownloadStream stream = bucket.open_download_stream(id);
  CHECK_THROWS_AS(stream.read(), CorruptFile);
  CHECK(stream.tell() == 0);
  chunks.remove(R"({"_id": "more"})");
  CHECK(stream.read() == "01234567");
}

TEST_CASE("File Download: a zero-length file asks nothing of the chunks collection") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name()));
  std::istringstream source;
  const Value id = bucket.upload_from_stream("empty", source);
  proxy.forget();
  std::ostringstream destination;
  bucket.download_to_stream(id, destination);
  CHECK(bucket.open_download_stream(id).read().empty());
  REQUIRE_FALSE(proxy.commands().empty());
  for (const auto& command : proxy.commands()) CHECK(command.collection() == bucket.name() + ".files");
}

TEST_CASE("File Download: chunks are asked for in order, and so many at once that a reply stays small") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const auto [chunk_size, most] =
      GENERATE(std::pair(1000, 4194), std::pair(255 * 1024, 16), std::pair(5 << 20, 1), std::pair(1 << 20, 4));
  BucketOptions options = bucket_options(new_bucket_name(), chunk_size);
  options.parallelism = 1;
  const Bucket bucket(client, database_name(), options);
  const std::string content = content_of(5'300'000);
  std::istringstream source(content);
  const Value id = bucket.upload_from_stream("a", source);
  proxy.forget();
  CHECK((bucket.open_download_stream(id).read() == content));
  const auto finds = proxy.commands("find");
  REQUIRE(finds.size() == 2);
  CHECK(finds[1].field("sort") == R"({ "n" : 1 })");
  CHECK(number(finds[1].body, "batchSize") == most);
  // The last one asks for one more than is left, so that nothing more has to be asked.
  const auto more = proxy.commands("getMore");
  REQUIRE(more.size() == 1);
  CHECK(number(more[0].body, "batchSize") == (5'300'000 + chunk_size - 1) / chunk_size - most + 1);
}

TEST_CASE("File Download: a small file takes two requests") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name(), 1000));
  const std::string content = content_of(GENERATE(std::size_t{1}, std::size_t{1000}, std::size_t{100'000}));
  std::istringstream source(content);
  const Value id = bucket.upload_from_stream("a", source);
  proxy.forget();
  CHECK((bucket.open_download_stream(id).read() == content));
  CHECK(proxy.commands().size() == 2);
}
