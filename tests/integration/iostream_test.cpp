#include "gridfs/iostream.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "support/bucket_fixture.hpp"

using namespace gridfs;
using namespace gridfs::test;

TEST_CASE_METHOD(BucketFixture, "A std::ostream over an upload stores what was written to it") {
  UploadOStream stream(bucket.open_upload_stream("a"));
  stream << "text " << 42 << '\n';
  CHECK(stream.tellp() == 8);
  CHECK(stream.upload().length() == 0);
  stream.flush();
  CHECK(stream.upload().length() == 8);
  stream << "more";
  CHECK(files.count() == 0);
  stream.commit();
  CHECK(download(stream.upload().id()) == "text 42\nmore");
  CHECK(stream.good());
}

TEST_CASE_METHOD(BucketFixture, "A std::ostream over an upload takes pieces of any size") {
  const std::string content = content_of(200'000);
  const auto piece = GENERATE(std::size_t{1}, std::size_t{777}, std::size_t{65'536}, std::size_t{70'000});
  UploadOptions options;
  options.chunk_size_bytes = 1000;
  UploadOStream stream(bucket.open_upload_stream("a", options));
  for (std::size_t at = 0; at < content.size(); at += piece) stream << content.substr(at, piece);
  CHECK(stream.tellp() == 200'000);
  stream.commit();
  CHECK((download(stream.upload().id()) == content));
}

TEST_CASE_METHOD(BucketFixture, "A std::ostream over an upload stores nothing without commit") {
  {
    UploadOStream stream(bucket.open_upload_stream_with_id(Value("id"), "a", large_chunks()));
    stream << content_of(three_batches) << std::flush;
    CHECK(chunks.count() >= 2);
  }
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "A std::ostream over an upload goes bad when the upload fails") {
  UploadOStream stream(bucket.open_upload_stream("a"));
  stream << "text";
  stream.upload().abort();
  SECTION("by its state") {
    stream.flush();
    CHECK(stream.bad());
    CHECK_THROWS_AS(stream.commit(), StreamError);
  }
  SECTION("by the library's own exception, if asked to") {
    stream.exceptions(std::ios::badbit);
    CHECK_THROWS_AS(stream.flush(), StreamError);
  }
  SECTION("at commit") { CHECK_THROWS_AS(stream.commit(), StreamError); }
  CHECK(files.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "A std::istream over a download reads the file") {
  const std::string content = content_of(200'000);
  UploadOptions options;
  options.chunk_size_bytes = 1000;
  DownloadIStream stream(bucket.open_download_stream(upload("a", content, options)));
  const std::string read{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  CHECK((read == content));
  CHECK(stream.download().length() == 200'000);
}

TEST_CASE_METHOD(BucketFixture, "A std::istream over a download: formatted input and lines") {
  DownloadIStream stream(bucket.open_download_stream(upload("a", "12 words\nline\nlast")));
  int number = 0;
  std::string word;
  std::string line;
  CHECK((stream >> number >> word));
  CHECK(number == 12);
  CHECK(word == "words");
  std::getline(stream, line);
  std::getline(stream, line);
  CHECK(line == "line");
  std::getline(stream, line);
  CHECK(line == "last");
  CHECK(stream.eof());
  CHECK_FALSE(std::getline(stream, line));
}

TEST_CASE_METHOD(BucketFixture, "A std::istream over a download is seekable") {
  const std::string content = content_of(150'000);
  UploadOptions options;
  options.chunk_size_bytes = 1000;
  DownloadIStream stream(bucket.open_download_stream(upload("a", content, options)));
  const auto next = [&](std::size_t count) {
    std::string bytes(count, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(count));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return bytes;
  };
  CHECK((next(10) == content.substr(0, 10)));
  CHECK(stream.tellg() == 10);
  stream.seekg(100'001);
  CHECK(stream.tellg() == 100'001);
  CHECK((next(10) == content.substr(100'001, 10)));
  stream.seekg(-11, std::ios::cur);
  CHECK((next(5) == content.substr(100'000, 5)));
  stream.seekg(-3, std::ios::end);
  CHECK((next(10) == content.substr(149'997)));
  CHECK(stream.eof());
  stream.clear();
  stream.seekg(0);
  CHECK((next(3) == content.substr(0, 3)));
  stream.seekg(-1);
  CHECK(stream.fail());
  stream.clear();
  CHECK((next(3) == content.substr(3, 3)));
}

TEST_CASE_METHOD(BucketFixture, "A std::istream over a download goes bad when a chunk is damaged") {
  const Value id = upload("a", "0123456789");
  chunks.remove(R"({"n": 1})");
  DownloadIStream stream(bucket.open_download_stream(id));
  SECTION("by its state") {
    std::string word;
    stream >> word;
    CHECK(stream.bad());
  }
  SECTION("by the library's own exception, if asked to") {
    stream.exceptions(std::ios::badbit);
    std::string word;
    CHECK_THROWS_AS(stream >> word, CorruptFile);
  }
}

TEST_CASE_METHOD(BucketFixture, "A std::istream over a download reads on where it failed") {
  const Value id = upload("a", "0123456789");
  const Document chunk = chunks.find_one(R"({"n": 1})");
  chunks.remove(R"({"n": 1})");
  DownloadIStream stream(bucket.open_download_stream(id));
  std::string word;
  CHECK_FALSE(stream >> word);
  chunks.insert(chunk);
  stream.clear();
  CHECK(stream.tellg() == 0);
  stream >> word;
  CHECK(word == "0123456789");
}

TEST_CASE_METHOD(BucketFixture, "A file goes from one bucket to another by standard streams") {
  const std::string content = content_of(10'000);
  const Value id = upload("a", content);
  const BucketFixture other;
  DownloadIStream source(bucket.open_download_stream(id));
  CHECK((other.download(other.bucket.upload_from_stream("a", source)) == content));
}
