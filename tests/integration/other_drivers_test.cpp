// Files as other drivers, of today and of long ago, have written them.
#include "support/bucket_fixture.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

struct ForeignFiles : BucketFixture {
  // A file of "0123456" in chunks of 4, with other fields as given.
  void insert_file(const std::string& fields, const std::string& length = "7", const std::string& chunk_size = "4",
                   const std::string& n = R"({"$numberInt": "%"})") {
    files.insert(R"({"_id": "id", "length": )" + length + R"(, "chunkSize": )" + chunk_size + fields + "}");
    insert_chunk("0", n, "MDEyMw==");
    insert_chunk("1", n, "NDU2");
  }

  void insert_chunk(const std::string& number, std::string n, const std::string& data) {
    n.replace(n.find('%'), 1, number);
    chunks.insert(R"({"files_id": "id", "n": )" + n + R"(, "data": {"$binary": {"base64": ")" + data +
                  R"(", "subType": "00"}}})");
  }

  const Value id{"id"};
};

}  // namespace

TEST_CASE_METHOD(ForeignFiles, "Terms, length and chunkSize: any numeric type") {
  const char* length = GENERATE(R"({"$numberInt": "7"})", R"({"$numberLong": "7"})", R"({"$numberDouble": "7.0"})");
  const char* chunk_size = GENERATE(R"({"$numberInt": "4"})", R"({"$numberLong": "4"})", R"({"$numberDouble": "4.0"})");
  insert_file(R"(, "filename": "a")", length, chunk_size);
  const FileInfo file = bucket.find_by_id(id);
  CHECK(file.length() == 7);
  CHECK(file.chunk_size() == 4);
  CHECK(file.chunk_count() == 2);
  CHECK(download(id) == "0123456");
  CHECK(bucket.chunk_summary(file).complete());
}

TEST_CASE_METHOD(ForeignFiles, "Terms, n: any numeric type") {
  insert_file("", "7", "4", GENERATE(R"({"$numberLong": "%"})", R"({"$numberDouble": "%.0"})"));
  CHECK(download(id) == "0123456");
  CHECK(bucket.chunk_summary(bucket.find_by_id(id)).complete());
  DownloadStream stream = bucket.open_download_stream(id);
  stream.seek(5);
  CHECK(stream.read() == "56");
}

TEST_CASE_METHOD(ForeignFiles, "Terms, filename: a file without one, or whose name is no string") {
  insert_file(GENERATE("", R"(, "filename": null)", R"(, "filename": 42)"));
  const FileInfo file = bucket.find_by_id(id);
  CHECK_FALSE(file.filename());
  CHECK(download(id) == "0123456");
  CHECK_FALSE(bucket.open_download_stream(id).name());
  bucket.rename(id, "now it has one");
  CHECK(download_by_name("now it has one") == "0123456");
  bucket.delete_file(id);
  CHECK(chunks.count() == 0);
}

TEST_CASE_METHOD(ForeignFiles, "Terms: the deprecated md5, contentType and aliases, and any other field") {
  insert_file(R"(, "filename": "a", "md5": "0cc1", "contentType": "text/plain", "aliases": ["b", "c"], "extra": [1])");
  const DownloadStream stream = bucket.open_download_stream(id);
  CHECK(stream.md5() == "0cc1");
  CHECK(stream.content_type() == "text/plain");
  CHECK(stream.aliases() == std::vector<std::string>{"b", "c"});
  CHECK_FALSE(stream.metadata());
  CHECK_FALSE(stream.upload_date());
  CHECK(stream.file().document().find("extra")->as_array() == std::vector<Value>{Value(1)});
  CHECK(download(id) == "0123456");
}

TEST_CASE_METHOD(ForeignFiles, "Terms: contentType of the metadata goes before the deprecated field") {
  insert_file(R"(, "contentType": "text/plain", "metadata": {"contentType": "image/png"})");
  CHECK(bucket.find_by_id(id).content_type() == "image/png");
}

TEST_CASE_METHOD(ForeignFiles, "Terms: deprecated fields of other types than they should have are as if not there") {
  insert_file(R"(, "md5": null, "contentType": 1, "aliases": "b", "metadata": "text", "uploadDate": "today")");
  const FileInfo file = bucket.find_by_id(id);
  CHECK_FALSE(file.md5());
  CHECK_FALSE(file.content_type());
  CHECK(file.aliases().empty());
  CHECK_FALSE(file.metadata());
  CHECK_FALSE(file.upload_date());
  CHECK(download(id) == "0123456");
}

TEST_CASE_METHOD(ForeignFiles, "Terms, Empty chunk: an empty file may have one") {
  files.insert(R"({"_id": "id", "length": 0, "chunkSize": 4, "filename": "empty"})");
  insert_chunk("0", "%", "");
  CHECK(download(id).empty());
  CHECK(bucket.open_download_stream(id).read().empty());
  CHECK(bucket.chunk_summary(bucket.find_by_id(id)).complete());
  bucket.delete_file(id);
  CHECK(chunks.count() == 0);
}

TEST_CASE_METHOD(ForeignFiles, "Terms: an empty file needs no sensible chunkSize") {
  files.insert(GENERATE(R"({"_id": "id", "length": 0})", R"({"_id": "id", "length": 0.0, "chunkSize": 0})"));
  CHECK(download(id).empty());
  CHECK(bucket.chunk_summary(bucket.find_by_id(id)).complete());
}

TEST_CASE_METHOD(ForeignFiles, "Terms, data: binary data of any subtype") {
  // Drivers of long ago stored subtype 2, whose bytes begin with their own length.
  const char* subtype = GENERATE("00", "02", "05", "80");
  files.insert(R"({"_id": "id", "length": 4, "chunkSize": 4})");
  chunks.insert(R"({"files_id": "id", "n": 0, "data": {"$binary": {"base64": "MDEyMw==", "subType": ")" +
                std::string(subtype) + R"("}}})");
  CHECK(download(id) == "0123");
}

TEST_CASE_METHOD(ForeignFiles, "Terms, chunkSize: other than the bucket's, and larger than any chunk") {
  insert_file("", "7", "4");
  const Bucket other(client, database_name(), bucket_options(name, 1000));
  CHECK(other.open_download_stream(id).read() == "0123456");
  files.insert(R"({"_id": "large", "length": 3, "chunkSize": 2147483647})");
  chunks.insert(R"({"files_id": "large", "n": 0, "data": {"$binary": {"base64": "MDEy", "subType": "00"}}})");
  CHECK(download(Value("large")) == "012");
}

TEST_CASE_METHOD(ForeignFiles, "Terms, length: more than 2 GiB") {
  // The last chunk of a file whose others are not there.
  files.insert(R"({"_id": "id", "length": {"$numberLong": "9007199254740993"}, "chunkSize": 8388608})");
  insert_chunk("1073741824", "%", "MA==");
  const FileInfo file = bucket.find_by_id(id);
  CHECK(file.length() == 9007199254740993);
  CHECK(file.chunk_count() == 1073741825);
  DownloadStream stream = bucket.open_download_stream(id);
  CHECK(stream.seek(-1, DownloadStream::Whence::end) == 9007199254740992);
  CHECK(stream.read() == "0");
  const auto summary = bucket.chunk_summary(file);
  CHECK(summary.expected == 1073741825);
  CHECK(summary.present == 1);
}
