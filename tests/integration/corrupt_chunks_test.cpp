#include "gridfs/check.hpp"

#include "support/bucket_fixture.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

// A file of 10 bytes in chunks of 4, which each test damages.
struct DamagedFile : BucketFixture {
  Value id = upload("a.txt", "0123456789");
  std::string file = "file " + id.as_object_id().value();

  // Every way of reading the whole file fails, with that message.
  void check_unreadable(const std::string& problem) const {
    const std::string message = "reading " + file + " (a.txt): " + problem;
    CHECK_THROWS_AS(download(id), CorruptFile);
    CHECK_THROWS_WITH(download(id), message);
    CHECK_THROWS_WITH(download_by_name("a.txt"), message);
    CHECK_THROWS_WITH(bucket.open_download_stream(id).read(), message);
    CHECK_THROWS_WITH(bucket.open_download_stream(id).read(10), message);
    DownloadStream chunk_by_chunk = bucket.open_download_stream(id);
    const auto read_chunks = [&] {
      while (!chunk_by_chunk.read_chunk().empty()) {
      }
    };
    CHECK_THROWS_WITH(read_chunks(), message);
    DownloadStream line_by_line = bucket.open_download_stream(id);
    const auto read_lines = [&] {
      while (!line_by_line.read_line().empty()) {
      }
    };
    CHECK_THROWS_WITH(read_lines(), message);
  }

  [[nodiscard]] ChunkSummary summary() const { return bucket.chunk_summary(bucket.find_by_id(id)); }

  void insert_chunk(int n, const std::string& data) {
    Document chunk;
    chunk.append("_id", Value::new_object_id()).append("files_id", id).append("n", Value(std::int32_t{n}));
    const auto binary = Value::from_json(R"({"$binary": {"base64": ")" + data + R"(", "subType": "00"}})");
    chunks.insert(chunk.append("data", binary));
  }
};

}  // namespace

TEST_CASE_METHOD(DamagedFile, "File Download: chunks that are all there") {
  CHECK(download(id) == "0123456789");
  CHECK(summary().complete());
  CHECK(summary().expected == 3);
  CHECK(summary().present == 3);
  CHECK(summary().superfluous == 0);
}

TEST_CASE_METHOD(DamagedFile, "File Download: a missing chunk is an error") {
  const int missing = GENERATE(0, 1, 2);
  chunks.remove(R"({"n": )" + std::to_string(missing) + "}");
  check_unreadable("chunk " + std::to_string(missing) + " is missing");
  CHECK_FALSE(summary().complete());
  CHECK(summary().present == 2);
  CHECK(summary().superfluous == 0);
}

TEST_CASE_METHOD(DamagedFile, "File Download: no chunk at all is an error") {
  chunks.remove("{}");
  check_unreadable("chunk 0 is missing");
  CHECK(summary().present == 0);
}

TEST_CASE_METHOD(DamagedFile, "File Download: a chunk behind the last one is an error") {
  insert_chunk(GENERATE(3, 5), "YQ==");
  check_unreadable("there is a chunk that does not belong to it");
  CHECK_FALSE(summary().complete());
  CHECK(summary().present == 3);
  CHECK(summary().superfluous == 1);
}

TEST_CASE_METHOD(DamagedFile, "File Download: an empty chunk behind the last one is ignored, as other drivers do") {
  insert_chunk(GENERATE(3, 5), "");
  CHECK(download(id) == "0123456789");
  CHECK(bucket.open_download_stream(id).read(10) == "0123456789");
  CHECK(summary().complete());
  CHECK(summary().superfluous == 0);
  const auto found = check(bucket, {}, [](const Finding& finding) { FAIL(finding.detail); });
  CHECK(found.findings == 0);
  insert_chunk(7, "YQ==");
  check_unreadable("there is a chunk that does not belong to it");
  CHECK(summary().superfluous == 1);
}

TEST_CASE_METHOD(DamagedFile, "File Download: a chunk with a negative number is an error") {
  insert_chunk(-1, "YQ==");
  CHECK_THROWS_AS(download(id), CorruptFile);
  CHECK(summary().superfluous == 1);
}

TEST_CASE_METHOD(DamagedFile, "File Download: a chunk that is there twice is an error") {
  // Only without the unique index.
  const BucketFixture other;
  RawCollection other_files(database_name(), other.name + ".files");
  RawCollection other_chunks(database_name(), other.name + ".chunks");
  other_files.insert(files.find_one());
  for (const Document& chunk : chunks.find()) {
    other_chunks.insert(chunk);
    if (number(chunk, "n") != 1) continue;
    Document twin;
    for (const auto& [key, value] : chunk.fields()) twin.append(key, key == "_id" ? Value::new_object_id() : value);
    other_chunks.insert(twin);
  }
  CHECK_THROWS_AS(other.download(id), CorruptFile);
  CHECK_THROWS_WITH(other.download(id), "reading " + file + " (a.txt): chunk 1 is there twice");
  const auto summary = other.bucket.chunk_summary(other.bucket.find_by_id(id));
  CHECK(summary.present == 3);
  CHECK(summary.superfluous == 1);
}

TEST_CASE_METHOD(DamagedFile, "File Download: a chunk of the wrong size is an error") {
  struct Damage {
    int n;
    const char* data;
    const char* problem;
  };
  const Damage damage = GENERATE(Damage{0, "MDEy", "chunk 0 has length 3, not 4"},      //
                                 Damage{1, "NDU2Nzg=", "chunk 1 has length 5, not 4"},  //
                                 Damage{2, "OA==", "chunk 2 has length 1, not 2"},      //
                                 Damage{2, "ODkw", "chunk 2 has length 3, not 2"},      //
                                 Damage{2, "", "chunk 2 has length 0, not 2"});
  chunks.update(
      R"({"n": )" + std::to_string(damage.n) + "}",
      std::string(R"({"$set": {"data": {"$binary": {"base64": ")") + damage.data + R"(", "subType": "00"}}}})");
  check_unreadable(damage.problem);
}

TEST_CASE_METHOD(DamagedFile, "File Download: a chunk without data is an error") {
  const char* change = GENERATE(R"({"$unset": {"data": 1}})", R"({"$set": {"data": "text"}})");
  chunks.update(R"({"n": 1})", change);
  check_unreadable("chunk 1 has no data");
}

TEST_CASE_METHOD(DamagedFile, "File Download: a file that became longer or shorter than its chunks is an error") {
  SECTION("longer") {
    files.update("{}", R"({"$set": {"length": 13}})");
    check_unreadable("chunk 2 has length 2, not 4");
  }
  SECTION("shorter") {
    files.update("{}", R"({"$set": {"length": 8}})");
    CHECK_THROWS_WITH(download(id), "reading " + file + " (a.txt): there is a chunk that does not belong to it");
  }
}

TEST_CASE_METHOD(DamagedFile, "File Download: a length beyond all memory is an error of the file") {
  files.update("{}", R"({"$set": {"length": {"$numberLong": "4000000000000000"}, "chunkSize": 2000000000}})");
  CHECK_THROWS_AS(bucket.open_download_stream(id).read(), CorruptFile);
  chunks.remove("{}");
  CHECK_THROWS_AS(bucket.open_download_stream(id).read(), CorruptFile);
}

TEST_CASE_METHOD(DamagedFile, "File Download: a chunk too many is told as often as the end is asked for") {
  files.update("{}", R"({"$set": {"length": 8}})");
  DownloadStream stream = bucket.open_download_stream(id);
  for (int chunk = 0; chunk < 2; ++chunk) CHECK(stream.read_chunk().size() == 4);
  for (int time = 0; time < 2; ++time) CHECK_THROWS_AS(stream.read_chunk(), CorruptFile);
}

TEST_CASE_METHOD(DamagedFile, "File Download: errors behind the point where reading stopped are not looked for") {
  chunks.remove(R"({"n": 2})");
  DownloadStream stream = bucket.open_download_stream(id);
  CHECK(stream.read(8) == "01234567");
  CHECK_THROWS_AS(stream.read(1), CorruptFile);
  // An error is not forgotten, and what is there can still be read.
  CHECK_THROWS_WITH(stream.read(1), "reading " + file + " (a.txt): chunk 2 is missing");
  stream.seek(0);
  CHECK(stream.read(8) == "01234567");
}

TEST_CASE_METHOD(DamagedFile, "File Download: a files document that makes no sense is an error") {
  struct Nonsense {
    const char* change;
    const char* problem;
  };
  const Nonsense nonsense = GENERATE(
      Nonsense{R"({"$unset": {"length": 1}})", "the files document's length is missing or not a whole number"},
      Nonsense{R"({"$set": {"length": "10"}})", "the files document's length is missing or not a whole number"},
      Nonsense{R"({"$set": {"length": 9.5}})", "the files document's length is missing or not a whole number"},
      Nonsense{R"({"$set": {"length": -1}})", "the files document's length is negative"},
      Nonsense{R"({"$unset": {"chunkSize": 1}})", "the files document's chunkSize is missing or not a whole number"},
      Nonsense{R"({"$set": {"chunkSize": 0}})", "the files document's chunkSize is out of range"},
      Nonsense{R"({"$set": {"chunkSize": 2147483648}})", "the files document's chunkSize is out of range"});
  files.update("{}", nonsense.change);
  CHECK_THROWS_AS(bucket.open_download_stream(id), CorruptFile);
  CHECK_THROWS_WITH(bucket.open_download_stream(id), "reading " + file + " (a.txt): " + nonsense.problem);
  CHECK_THROWS_AS(bucket.chunk_summary(bucket.find_by_id(id)), CorruptFile);
  CHECK(bucket.find().to_list().size() == 1);
}
