// Many small files in few messages: each is stored whole, or not at all, and told in the order of adding.
#include <map>
#include <set>

#include "support/bucket_fixture.hpp"
#include "support/bytes.hpp"
#include "support/command_proxy.hpp"
#include "support/errors.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

struct BatchingBucket : BucketFixture {
  int parallelism = GENERATE(1, 8);
  std::vector<BatchOutcome> outcomes;

  [[nodiscard]] BatchUpload open(Client& through) {
    BucketOptions options = bucket_options(name);
    options.parallelism = parallelism;
    return Bucket(through, database_name(), options).open_batch_upload([this](const BatchOutcome& outcome) {
      outcomes.push_back(outcome);
    });
  }

  [[nodiscard]] BatchUpload open() { return open(client); }

  // Each told once, in their order.
  void check_order(std::size_t count) const {
    REQUIRE(outcomes.size() == count);
    for (std::size_t i = 0; i < count; ++i) CHECK(outcomes[i].number == i);
  }

  void check_stored(const BatchOutcome& outcome, const std::string& content) const {
    INFO(outcome.filename << (outcome.error ? ": " + message_of(outcome.error) : ""));
    REQUIRE(outcome.file);
    CHECK(outcome.file->id() == outcome.id);
    CHECK(outcome.file->filename() == outcome.filename);
    CHECK((download(outcome.id) == content));
    CHECK(bucket.chunk_summary(*outcome.file).complete());
  }

  // No chunk without a file.
  void check_no_orphans() {
    std::set<std::string> ids;
    for (const Document& file : files.find()) ids.insert(file.find("_id")->to_canonical_json());
    for (const Document& chunk : chunks.find()) CHECK(ids.contains(chunk.find("files_id")->to_canonical_json()));
  }

  const Value id{"the id"};
};

}  // namespace

TEST_CASE_METHOD(BatchingBucket, "Packing: files of all lengths around the size of a chunk") {
  const std::vector<std::size_t> lengths{4, 0, 1, 3, 5, 8, 0, 40, 1000};
  BatchUpload upload = open();
  for (const std::size_t length : lengths) upload.add(std::to_string(length), bytes_of(content_of(length)));
  upload.flush();
  check_order(lengths.size());
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    CHECK(outcomes[i].filename == std::to_string(lengths[i]));
    check_stored(outcomes[i], content_of(lengths[i]));
    CHECK(chunks_of(outcomes[i].id).size() == (lengths[i] + 3) / 4);
  }
  CHECK(files.count() == static_cast<std::int64_t>(lengths.size()));
}

TEST_CASE_METHOD(BatchingBucket, "Packing: revisions of a name have dates that ascend in the order of adding") {
  constexpr int revisions = 50;
  BatchUpload upload = open();
  for (int i = 0; i < revisions; ++i) upload.add("a", bytes_of(std::to_string(i)));
  upload.flush();
  check_order(revisions);
  CHECK(this->upload("a", "last") != Value());
  for (int i = 0; i < revisions; ++i) CHECK(download_by_name("a", i) == std::to_string(i));
  CHECK(download_by_name("a") == "last");
  std::set<DateTime> dates;
  for (const Document& file : files.find()) dates.insert(file.find("uploadDate")->as_date_time().value());
  CHECK(dates.size() == revisions + 1);
}

TEST_CASE_METHOD(BatchingBucket, "Packing: the documents are those of a single upload") {
  UploadOptions options;
  options.chunk_size_bytes = 7;
  options.metadata = Document::from_json(R"({"a": [1, {"b": null}]})");
  BatchUpload upload = open();
  upload.add("other", bytes_of("x"));
  upload.add("packed", bytes_of("0123456789"), options);
  upload.flush();
  const Value single = this->upload("single", "0123456789", options);

  const auto shape = [&](const Value& of) {
    std::vector<std::string> fields;
    for (const auto& [key, value] : files.find_one(by("_id", of)).fields()) {
      fields.push_back(key + " " + std::to_string(static_cast<int>(value.type())));
    }
    for (const Document& chunk : chunks_of(of)) {
      for (const auto& [key, value] : chunk.fields()) {
        fields.push_back(key + " " + std::to_string(static_cast<int>(value.type())));
      }
      fields.push_back(binary(chunk, "data").data + " " + std::to_string(binary(chunk, "data").subtype));
    }
    return fields;
  };
  REQUIRE(outcomes.size() == 2);
  CHECK(shape(outcomes[1].id) == shape(single));
  CHECK(outcomes[1].file->document() == files.find_one(by("_id", outcomes[1].id)));
  CHECK(outcomes[1].file->metadata() == options.metadata);
  CHECK_FALSE(outcomes[0].file->metadata());
}

TEST_CASE_METHOD(BatchingBucket, "Packing: thousands of files take few messages") {
  CommandProxy proxy;
  Client counted(client_options(proxy.uri()));
  constexpr int count = 2500;
  {
    BatchUpload upload = open(counted);
    for (int i = 0; i < count; ++i) upload.add("file " + std::to_string(i), bytes_of(std::to_string(i)));
    upload.flush();
  }
  check_order(count);
  CHECK(proxy.commands("insert").size() == 6);
  CHECK(proxy.commands("find").size() == 1);
  CHECK(files.count() == count);
  std::map<std::string, std::string> data;
  for (const Document& chunk : chunks.find()) data[chunk.find("files_id")->to_json()] += binary(chunk, "data").data;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    REQUIRE(outcomes[i].file);
    REQUIRE(outcomes[i].filename == "file " + std::to_string(i));
    REQUIRE(data[outcomes[i].id.to_json()] == std::to_string(i).substr(0, 4));
  }
}

TEST_CASE_METHOD(BatchingBucket, "Packing: what is too large for a pack is stored in its turn") {
  const std::string large = content_of(3 << 20);
  UploadOptions options;
  options.chunk_size_bytes = 1 << 20;
  BatchUpload upload = open();
  upload.add("before", bytes_of("1"));
  upload.add("large", bytes_of(large), options);
  upload.add("after", bytes_of("2"));
  upload.flush();
  check_order(3);
  check_stored(outcomes[0], "1");
  check_stored(outcomes[1], large);
  check_stored(outcomes[2], "2");
}

TEST_CASE_METHOD(BatchingBucket, "Packing: ids of all types, given or not") {
  BatchUpload upload = open();
  const std::vector<Value> ids{Value("text"), Value(std::int32_t{1}), Value(2.5), Value(),
                               Value(Document::from_json(R"({"a": "x"})"))};
  for (const Value& one : ids) upload.add("given", bytes_of("01"), {}, one);
  upload.add("given, of many chunks", bytes_of("0123456789"), {}, Value("many"));
  upload.add("not given", bytes_of("0123"));
  upload.flush();
  check_order(ids.size() + 2);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    CHECK(outcomes[i].id == ids[i]);
    check_stored(outcomes[i], "01");
  }
  CHECK(outcomes[ids.size()].id == Value("many"));
  check_stored(outcomes[ids.size()], "0123456789");
  check_stored(outcomes[ids.size() + 1], "0123");
}

TEST_CASE_METHOD(BatchingBucket, "Packing: an id in use, in the middle, is refused and the others are stored") {
  upload_with_id(id, "old", "untouched");
  const auto before = chunks_of(id);
  const std::string attempt = GENERATE(as<std::string>(), "", "012", "0123456789, longer than the old one");
  BatchUpload upload = open();
  for (int i = 0; i < 10; ++i) upload.add(std::to_string(i), bytes_of("0123456"));
  upload.add("new", bytes_of(attempt), {}, id);
  for (int i = 11; i < 20; ++i) upload.add(std::to_string(i), bytes_of("0123456"));
  upload.flush();
  check_order(20);
  for (std::size_t i = 0; i < 20; ++i) {
    if (i != 10) check_stored(outcomes[i], "0123456");
  }
  CHECK_FALSE(outcomes[10].file);
  CHECK(is<FileExists>(outcomes[10].error));
  CHECK(message_of(outcomes[10].error) == "storing new: the _id is in use: the id");
  CHECK(download(id) == "untouched");
  CHECK(chunks_of(id) == before);
  check_no_orphans();
}

TEST_CASE_METHOD(BatchingBucket, "Packing: chunks without a file under the id refuse it, and stay") {
  upload_with_id(id, "gone", "0123456");
  files.remove("{}");
  const auto orphans = chunks.find();
  BatchUpload upload = open();
  upload.add("a", bytes_of("a"));
  upload.add("b", bytes_of("b"), {}, id);
  upload.flush();
  check_order(2);
  check_stored(outcomes[0], "a");
  CHECK(is<FileExists>(outcomes[1].error));
  CHECK(chunks_of(id) == orphans);
}

TEST_CASE_METHOD(BatchingBucket, "Packing: one id twice: the first is stored, the second is refused") {
  const std::string content = GENERATE(as<std::string>(), "", "0", "0123456789");
  BatchUpload upload = open();
  upload.add("a", bytes_of(content), {}, id);
  upload.add("b", bytes_of("between"));
  upload.add("a", bytes_of(content), {}, id);
  upload.add("c", bytes_of("behind"));
  upload.flush();
  check_order(4);
  check_stored(outcomes[0], content);
  check_stored(outcomes[1], "between");
  CHECK(is<FileExists>(outcomes[2].error));
  check_stored(outcomes[3], "behind");
  CHECK(files.count() == 3);
  check_no_orphans();
}

TEST_CASE_METHOD(BatchingBucket, "Packing: an id that is taken while the pack is on its way") {
  const bool by_its_file = GENERATE(false, true);
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name == "insert" && command.collection() == name + (by_its_file ? ".files" : ".chunks")) {
      if (by_its_file) {
        files.insert(R"({"_id": "the id", "length": 0, "chunkSize": 4, "filename": "theirs"})");
      } else {
        chunks.insert(R"({"_id": "theirs", "files_id": "the id", "n": 0})");
      }
    }
    return CommandProxy::Decision{};
  });
  Client late(client_options(proxy.uri()));
  BatchUpload upload = open(late);
  upload.add("a", bytes_of("0123456"));
  upload.add("taken", bytes_of("01"), {}, id);
  upload.add("b", bytes_of("0123"));
  upload.flush();
  check_order(3);
  check_stored(outcomes[0], "0123456");
  CHECK(is<FileExists>(outcomes[1].error));
  CHECK_FALSE(outcomes[1].leftover);
  check_stored(outcomes[2], "0123");
  if (by_its_file) {
    CHECK(files.find_one(by("_id", id)).find("filename")->as_string() == "theirs");
    CHECK(chunks_of(id).empty());
  } else {
    REQUIRE(chunks_of(id).size() == 1);
    CHECK(chunks_of(id).front().find("_id") == Value("theirs"));
    CHECK(files.count(by("_id", id)) == 0);
  }
}

TEST_CASE_METHOD(BatchingBucket, "Packing: what cannot be stored at all is told in its turn") {
  UploadOptions no_size;
  no_size.chunk_size_bytes = 0;
  BatchUpload upload = open();
  upload.add("a", bytes_of("a"));
  upload.add(std::string_view("with\0NUL", 8), bytes_of("b"));
  upload.add("c", bytes_of("c"), no_size);
  upload.add("d", bytes_of("d"));
  upload.flush();
  check_order(4);
  check_stored(outcomes[0], "a");
  CHECK(is<ConfigurationError>(outcomes[1].error));
  CHECK(is<ConfigurationError>(outcomes[2].error));
  check_stored(outcomes[3], "d");
}

TEST_CASE_METHOD(BatchingBucket,
                 "Packing: what the server does not take is told in its turn, and the others are stored") {
  const Value pattern(Document::from_json(R"({"$gt": ""})"));
  BatchUpload upload = open();
  upload.add("a", bytes_of("0123456"));
  upload.add("b", bytes_of("01"), {}, pattern);
  upload.add("c", bytes_of("0123456"));
  upload.flush();
  check_order(3);
  check_stored(outcomes[0], "0123456");
  CHECK(is<ServerError>(outcomes[1].error));
  CHECK_THAT(message_of(outcomes[1].error), Catch::Matchers::StartsWith("storing b: "));
  check_stored(outcomes[2], "0123456");
  CHECK(files.count() == 2);
  check_no_orphans();
}

TEST_CASE_METHOD(BatchingBucket, "Packing: nothing to store asks nothing of the server") {
  CommandProxy proxy;
  Client counted(client_options(proxy.uri()));
  BatchUpload upload = open(counted);
  upload.flush();
  CHECK(outcomes.empty());
  CHECK(proxy.commands().empty());
}

TEST_CASE_METHOD(BatchingBucket, "Packing: flushed again and again") {
  BatchUpload upload = open();
  for (int i = 0; i < 5; ++i) {
    upload.add(std::to_string(i), bytes_of("0123456"));
    upload.flush();
    CHECK(outcomes.size() == static_cast<std::size_t>(i) + 1);
  }
  check_order(5);
  CHECK(files.count() == 5);
}

TEST_CASE_METHOD(BatchingBucket, "Packing: what the callback throws comes out, and the next call tells the rest") {
  struct Enough {};
  BucketOptions options = bucket_options(name);
  options.parallelism = parallelism;
  BatchUpload upload = Bucket(client, database_name(), options).open_batch_upload([&](const BatchOutcome& outcome) {
    outcomes.push_back(outcome);
    if (outcome.number == 1) throw Enough();
  });
  for (int i = 0; i < 4; ++i) upload.add(std::to_string(i), bytes_of("x"));
  CHECK_THROWS_AS(upload.flush(), Enough);
  CHECK(outcomes.size() == 2);
  upload.flush();
  check_order(4);
}

TEST_CASE_METHOD(BatchingBucket, "Packing: given up without flush, each file is whole or not there") {
  {
    BatchUpload upload = open();
    for (int i = 0; i < 2500; ++i) upload.add(std::to_string(i), bytes_of("x"));
  }
  CHECK(files.count() >= static_cast<std::int64_t>(outcomes.size()));
  CHECK(files.count() == chunks.count());
  check_no_orphans();
}

TEST_CASE_METHOD(BatchingBucket, "Packing: the first files of a bucket make its indexes, once") {
  CommandProxy proxy;
  Client counted(client_options(proxy.uri()));
  BatchUpload upload = open(counted);
  for (int i = 0; i < 3000; ++i) upload.add(std::to_string(i), {});
  upload.flush();
  CHECK(files.indexes().size() == 1);
  CHECK(chunks.indexes().size() == 1);
  CHECK(proxy.commands("createIndexes").size() == 2);
}
