#include <thread>
#include <utility>
#include <vector>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

std::vector<std::pair<std::string, Value::Type>> shape(const Document& document) {
  std::vector<std::pair<std::string, Value::Type>> result;
  for (const auto& [key, value] : document.fields()) result.emplace_back(key, value.type());
  return result;
}

DateTime now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

}  // namespace

TEST_CASE_METHOD(BucketFixture,
                 "File Upload: the files document has the fields, types and order of the specification") {
  using Type = Value::Type;
  UploadOptions options;
  options.metadata = Document::from_json(R"({"owner": "ann"})");
  upload("a.txt", "0123456789", options);
  const Document document = files.find_one();
  CHECK(shape(document) == std::vector<std::pair<std::string, Type>>{{"_id", Type::object_id},
                                                                     {"length", Type::int64},
                                                                     {"chunkSize", Type::int32},
                                                                     {"uploadDate", Type::date_time},
                                                                     {"filename", Type::string},
                                                                     {"metadata", Type::document}});
  CHECK(number(document, "length") == 10);
  CHECK(number(document, "chunkSize") == 4);
  CHECK(document.find("filename")->as_string() == "a.txt");
  CHECK(document.find("metadata")->as_document() == options.metadata);
}

TEST_CASE_METHOD(BucketFixture,
                 "File Upload: metadata, md5, contentType and aliases are omitted where none are given") {
  upload("a.txt", "0123456789");
  const Document document = files.find_one();
  CHECK(document.fields().size() == 5);
  for (const char* key : {"metadata", "md5", "contentType", "aliases"}) CHECK_FALSE(document.find(key));
}

TEST_CASE_METHOD(BucketFixture, "File Upload: empty metadata that was given is stored") {
  UploadOptions options;
  options.metadata = Document();
  upload("a.txt", "", options);
  CHECK(files.find_one().find("metadata")->as_document() == Document());
}

TEST_CASE_METHOD(BucketFixture,
                 "File Upload: chunks are exactly chunkSize long but for the last, which holds the rest") {
  using Type = Value::Type;
  const auto length = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{5}, std::size_t{7},
                               std::size_t{8}, std::size_t{9}, std::size_t{401});
  const std::string content = content_of(length);
  const Value id = upload("a", content);
  const auto stored = chunks_of(id);
  REQUIRE(stored.size() == (length + 3) / 4);
  for (std::size_t n = 0; n < stored.size(); ++n) {
    CHECK(shape(stored[n]) ==
          std::vector<std::pair<std::string, Type>>{
              {"_id", Type::object_id}, {"files_id", Type::object_id}, {"n", Type::int32}, {"data", Type::binary}});
    CHECK(stored[n].find("files_id") == id);
    CHECK(number(stored[n], "n") == static_cast<std::int64_t>(n));
    const auto [subtype, data] = binary(stored[n], "data");
    CHECK(subtype == 0);
    CHECK(data == content.substr(4 * n, 4));
  }
  CHECK(number(files.find_one(), "length") == static_cast<std::int64_t>(length));
  CHECK(download(id) == content);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: a file without data has a files document and no chunks") {
  const Value id = upload("empty", "");
  CHECK(number(files.find_one(), "length") == 0);
  CHECK(chunks.count() == 0);
  CHECK(download(id).empty());
}

TEST_CASE_METHOD(BucketFixture, "Configurable GridFSBucket class: chunkSizeBytes defaults to 255 KiB") {
  BucketOptions options;
  options.name = name;
  const Bucket ordinary(client, database_name(), options);
  CHECK(ordinary.chunk_size_bytes() == 255 * 1024);
  const std::string content = content_of(255 * 1024 + 1);
  std::istringstream source(content);
  const Value id = ordinary.upload_from_stream("a", source);
  CHECK(number(files.find_one(), "chunkSize") == 255 * 1024);
  REQUIRE(chunks_of(id).size() == 2);
  CHECK(binary(chunks_of(id)[1], "data").data.size() == 1);
  CHECK(download(id) == content);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: content may be in memory") {
  const std::string content = GENERATE(std::string(), std::string("01234\0 56", 9), content_of(100));
  UploadOptions options;
  options.chunk_size_bytes = 7;
  CHECK(download(bucket.upload_from_stream("a", content, options)) == content);
  bucket.upload_from_stream_with_id(Value("mine"), "b", content);
  CHECK(download(Value("mine")) == content);
  CHECK_THROWS_AS(bucket.upload_from_stream_with_id(Value("mine"), "b", content), FileExists);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: chunkSizeBytes of the upload goes before the bucket's") {
  UploadOptions options;
  options.chunk_size_bytes = 7;
  const Value id = upload("a", "0123456789", options);
  CHECK(number(files.find_one(), "chunkSize") == 7);
  CHECK(chunks_of(id).size() == 2);
  for (const std::int32_t wrong : {0, -1, max_chunk_size + 1}) {
    options.chunk_size_bytes = wrong;
    CHECK_THROWS_AS(bucket.open_upload_stream("b", options), ConfigurationError);
  }
}

TEST_CASE_METHOD(BucketFixture, "File Upload: the largest chunk size") {
  UploadOptions options;
  options.chunk_size_bytes = max_chunk_size;
  const std::string content = content_of(max_chunk_size + 1);
  const Value id = upload("a", content, options);
  CHECK(chunks_of(id).size() == 2);
  CHECK((download(id) == content));
}

TEST_CASE_METHOD(BucketFixture, "Terms, uploadDate: when the upload was completed, not when it was begun") {
  UploadStream stream = bucket.open_upload_stream("a");
  stream.write("content");
  const DateTime written = now();
  while (now() <= written) std::this_thread::yield();
  stream.close();
  const auto date = files.find_one().find("uploadDate")->as_date_time();
  REQUIRE(date);
  CHECK(*date > written);
  CHECK(*date <= now());
  CHECK(stream.upload_date() == date);
}

TEST_CASE_METHOD(BucketFixture,
                 "Terms, uploadDate: that of a copy is the one that is given, of large and small files") {
  const DateTime date(std::chrono::milliseconds(GENERATE(std::int64_t{-1}, 1'700'000'000'123, 4'000'000'000'000)));
  UploadOptions options;
  options.upload_date = date;
  options.after = now();
  const Value id = upload("a", "content", options);
  auto batch = bucket.open_batch_upload([](const BatchOutcome& outcome) { REQUIRE(outcome.file); });
  batch.add("a", std::as_bytes(std::span(std::string_view("small"))), options);
  // Under a given id it is no longer stored with others.
  batch.add("a", std::as_bytes(std::span(std::string_view("two chunks"))), options, Value("x"));
  batch.flush();
  for (const Document& file : files.find()) CHECK(file.find("uploadDate")->as_date_time() == date);
  CHECK(files.count() == 3);
  CHECK(bucket.find_by_id(id).upload_date() == date);
  // It does not move the dates of others.
  const auto next = bucket.find_by_id(upload("a", "the next one")).upload_date();
  CHECK(next <= now());
}

TEST_CASE_METHOD(BucketFixture, "File Upload: open_upload_stream tells the id, and there is no file before close") {
  UploadOptions options;
  options.metadata = Document::from_json(R"({"contentType": "text/plain"})");
  UploadStream stream = bucket.open_upload_stream("a.txt", options);
  CHECK(stream.id().type() == Value::Type::object_id);
  CHECK(stream.filename() == "a.txt");
  CHECK(stream.name() == "a.txt");
  CHECK(stream.chunk_size() == 4);
  CHECK(stream.content_type() == "text/plain");
  CHECK(stream.metadata() == options.metadata);
  CHECK(stream.length() == 0);
  CHECK_FALSE(stream.upload_date());
  CHECK_THROWS_AS(stream.file(), StreamError);

  stream.write("01");
  stream.write("23456");
  CHECK(stream.length() == 7);
  CHECK_FALSE(stream.closed());
  CHECK(files.count() == 0);

  stream.close();
  CHECK(stream.closed());
  CHECK(stream.file().document() == files.find_one());
  CHECK(stream.file().id() == stream.id());
  CHECK(download(stream.id()) == "0123456");
}

TEST_CASE_METHOD(BucketFixture, "File Upload: nothing can be written to a closed stream") {
  UploadStream stream = bucket.open_upload_stream("a");
  stream.write("0123456");
  stream.close();
  CHECK_NOTHROW(stream.close());
  CHECK_NOTHROW(stream.abort());
  CHECK_THROWS_AS(stream.write("7"), StreamError);
  CHECK_THROWS_AS(stream.set_metadata(Document()), StreamError);
  CHECK(download(stream.id()) == "0123456");
}

TEST_CASE_METHOD(BucketFixture, "File Upload: writes of any size make the same file") {
  const std::string content = content_of(103);
  const auto piece = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{5}, std::size_t{50});
  UploadStream stream = bucket.open_upload_stream("a");
  stream.write("");
  for (std::size_t at = 0; at < content.size(); at += piece) stream.write(content.substr(at, piece));
  stream.close();
  CHECK(chunks_of(stream.id()).size() == 26);
  CHECK(download(stream.id()) == content);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: lines are written as they are") {
  UploadStream stream = bucket.open_upload_stream("a");
  stream.write_lines(std::vector<std::string>{"one\n", "two", "", "three\n"});
  stream.close();
  CHECK(download(stream.id()) == "one\ntwothree\n");
}

TEST_CASE_METHOD(BucketFixture, "File Upload: lines of a range that only a mutable one can be gone through") {
  UploadStream stream = bucket.open_upload_stream("a");
  struct Lines {
    std::vector<std::string> all{"one\n", "three\n"};
    auto begin() { return all.begin(); }
    auto end() { return all.end(); }
  };
  stream.write_lines(Lines());
  stream.close();
  CHECK(download(stream.id()) == "one\nthree\n");
}

TEST_CASE_METHOD(BucketFixture, "File Upload: a source is read to its end, whatever it is asked to throw") {
  const std::string content =
      content_of(GENERATE(std::size_t{0}, std::size_t{10}, std::size_t{1} << 20, three_batches));
  std::istringstream source(content);
  source.exceptions(GENERATE(as<std::ios::iostate>{}, std::ios::badbit, std::ios::failbit, std::ios::eofbit,
                             std::ios::failbit | std::ios::badbit, std::ios::failbit | std::ios::eofbit));
  CHECK((download(bucket.upload_from_stream("a", source, large_chunks())) == content));
}

TEST_CASE_METHOD(BucketFixture,
                 "File Upload: metadata that fit no files document are refused before a chunk is stored") {
  UploadOptions options = large_chunks();
  const Document metadata = Document().append("much", Value(std::string(std::size_t{16} << 20, 'a')));
  SECTION("when the stream is opened") {
    options.metadata = metadata;
    CHECK_THROWS_AS(bucket.open_upload_stream("a", options), ConfigurationError);
  }
  SECTION("when they are set") {
    UploadStream stream = bucket.open_upload_stream("a", options);
    stream.write(content_of(three_batches));
    CHECK_THROWS_AS(stream.set_metadata(metadata), ConfigurationError);
    CHECK_FALSE(stream.metadata());
    stream.close();
    CHECK(stream.file().length() == three_batches);
    CHECK_THROWS_AS(stream.set_metadata(metadata), StreamError);
    return;
  }
  SECTION("in a batch") {
    std::vector<std::exception_ptr> errors;
    BatchUpload batch = bucket.open_batch_upload([&](const BatchOutcome& one) { errors.push_back(one.error); });
    options.metadata = metadata;
    batch.add("a", std::as_bytes(std::span(std::string_view("content"))), options);
    batch.flush();
    REQUIRE(errors.size() == 1);
    CHECK_THROWS_AS(std::rethrow_exception(errors.front()), ConfigurationError);
  }
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: metadata may be set until the stream is closed") {
  UploadStream stream = bucket.open_upload_stream("a");
  stream.write("content");
  stream.set_metadata(Document::from_json(R"({"sum": "abc"})"));
  stream.close();
  CHECK(files.find_one().find("metadata")->as_document()->find("sum")->as_string() == "abc");
}

TEST_CASE_METHOD(BucketFixture, "File Upload: filenames are UTF-8, and need not be unique") {
  const std::string filename = GENERATE("", "a/b c", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "line\nbreak");
  upload(filename, "1");
  upload(filename, "2");
  REQUIRE(files.count() == 2);
  for (const Document& document : files.find()) CHECK(document.find("filename")->as_string() == filename);
}

TEST_CASE_METHOD(BucketFixture, "File Upload: a filename that is not UTF-8 or holds NUL is refused") {
  using namespace std::string_literals;
  const std::string filename = GENERATE("\xFF"s, "a\xC3"s, "\xC0\x80"s, "\xED\xA0\x80"s, "a\0b"s);
  CHECK_THROWS_AS(bucket.open_upload_stream(filename), ConfigurationError);
  CHECK_THROWS_AS(bucket.open_upload_stream_with_id(Value(1), filename), ConfigurationError);
}

TEST_CASE("File Upload: a few commands and no filemd5, whatever the number of chunks") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name(), 1));
  std::istringstream source(content_of(5000));
  bucket.upload_from_stream("a", source);
  CHECK(proxy.commands("filemd5").empty());
  const auto inserts = proxy.commands("insert");
  REQUIRE(inserts.size() <= 3);
  CHECK(inserts.back().collection() == bucket.name() + ".files");
}
