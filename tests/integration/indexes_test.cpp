#include <algorithm>

#include "support/observed_bucket.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

std::vector<std::string> keys(const Document& index) {
  std::vector<std::string> result;
  const Document parts = index.find("key")->as_document().value();
  for (const auto& [key, value] : parts.fields()) {
    REQUIRE(value.as_integer() == 1);
    result.push_back(key);
  }
  return result;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(BucketFixture, "Indexes: the first upload makes both") {
  upload("a", GENERATE("", "0123456"));
  REQUIRE(files.indexes().size() == 1);
  CHECK(keys(files.indexes()[0]) == Keys{"filename", "uploadDate"});
  CHECK(files.indexes()[0].find("name") == Value("filename_1_uploadDate_1"));
  CHECK_FALSE(files.indexes()[0].find("unique").value_or(Value(false)).as_bool().value());
  REQUIRE(chunks.indexes().size() == 1);
  CHECK(keys(chunks.indexes()[0]) == Keys{"files_id", "n"});
  CHECK(chunks.indexes()[0].find("name") == Value("files_id_1_n_1"));
  CHECK(chunks.indexes()[0].find("unique")->as_bool() == true);
}

TEST_CASE_METHOD(ObservedBucket, "Before write operations: not before the first write, and once an instance") {
  std::istringstream nothing;
  UploadStream stream = observed.open_upload_stream("a");
  CHECK(observed.find().to_list().empty());
  stream.write("0123456");
  CHECK(proxy.commands("createIndexes").empty());
  stream.close();
  CHECK(proxy.commands("createIndexes").size() == 2);

  proxy.forget();
  files.remove("{}");
  put();
  CHECK(command_names() == std::vector<std::string>{"insert", "insert", "count"});
}

TEST_CASE_METHOD(ObservedBucket,
                 "Before write operations: whether the files collection is empty is asked as specified") {
  put();
  const auto commands = proxy.commands();
  CHECK(commands.at(0).name == "find");
  CHECK(commands.at(0).collection() == name + ".files");
  CHECK(commands.at(0).field("filter") == "{  }");
  CHECK(commands.at(0).field("projection") == R"({ "_id" : 1 })");
  CHECK(commands.at(0).field("limit") == "1");
  CHECK(commands.at(0).body.find("$readPreference").value_or(Value("primary")).to_json().find("secondary") ==
        std::string::npos);
}

TEST_CASE_METHOD(ObservedBucket, "Before write operations: where a file is there no index is looked for or made") {
  files.insert(R"({"_id": 1, "length": 0, "chunkSize": 4})");
  put();
  CHECK(command_names() == std::vector<std::string>{"find", "insert", "insert", "count"});
  CHECK(files.indexes().empty());
}

TEST_CASE_METHOD(ObservedBucket,
                 "Before write operations: equal indexes are not made again, whatever their numbers' type") {
  const Value one = GENERATE(Value(std::int32_t{1}), Value(std::int64_t{1}), Value(1.0));
  files.create();
  chunks.create();
  files.create_index(Document().append("filename", one).append("uploadDate", Value(1)), "by name", false);
  chunks.create_index(Document().append("files_id", Value(1)).append("n", one), "by file", true);
  put();
  CHECK(proxy.commands("listIndexes").size() == 2);
  CHECK(proxy.commands("createIndexes").empty());
  CHECK(files.indexes().size() == 1);
  CHECK(chunks.indexes().size() == 1);
}

TEST_CASE("Before write operations: index keys that are doubles, or not equal") {
  // No server is needed that keeps the types: the proxy tells of the indexes.
  struct Listed {
    const char* files;
    const char* chunks;
    std::size_t made;
  };
  const Listed listed =
      GENERATE(Listed{R"({"filename": 1.0, "uploadDate": 1})", R"({"files_id": 1.0, "n": 1.0})", 0},
               Listed{R"({"filename": 1, "uploadDate": {"$numberLong": "1"}})", R"({"files_id": 1, "n": 1})", 0},
               Listed{R"({"uploadDate": 1, "filename": 1})", R"({"files_id": 1, "n": 1})", 1},
               Listed{R"({"filename": 1})", R"({"files_id": 1, "n": -1})", 2},
               Listed{R"({"filename": 1, "uploadDate": 1, "x": 1})", R"({"files_id": "hashed"})", 2});
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name == "createIndexes") {
      return CommandProxy::Decision{CommandProxy::Verdict::answer, Document::from_json(R"({"ok": 1.0})")};
    }
    if (command.name != "listIndexes") return CommandProxy::Decision{};
    const bool of_files = command.collection().ends_with(".files");
    const std::string key = of_files ? listed.files : listed.chunks;
    return CommandProxy::Decision{CommandProxy::Verdict::answer,
                                  Document::from_json(R"({"cursor": {"id": {"$numberLong": "0"}, "ns": "db.c",
                                      "firstBatch": [{"key": {"_id": 1}}, {"key": )" +
                                                      key + R"(}]}, "ok": 1.0})")};
  });
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name()));
  std::istringstream source("x");
  bucket.upload_from_stream("a", source);
  CHECK(proxy.commands("createIndexes").size() == listed.made);
}

TEST_CASE("Before write operations: a refusal is no failure where the indexes exist, and one where they do not") {
  const bool exist = GENERATE(true, false);
  const BucketFixture owner;
  if (exist) {
    const Value id = owner.upload("a", "x");
    owner.bucket.delete_file(id);
  }
  CommandProxy proxy([](const CommandProxy::Command& command) {
    if (command.name == "createIndexes") return CommandProxy::refuse(13, "not allowed to make indexes");
    return CommandProxy::Decision{};
  });
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name(), bucket_options(owner.name));
  std::istringstream source("0123456");
  if (exist) {
    CHECK_NOTHROW(bucket.upload_from_stream("b", source));
    return;
  }
  try {
    bucket.upload_from_stream("b", source);
    FAIL("stored without indexes");
  } catch (const AuthenticationError& error) {
    CHECK(error.server_code() == 13);
    CHECK(std::string(error.what()) ==
          "storing b: making the index of " + owner.name + ".files: not allowed to make indexes");
  }
  RawCollection chunks(database_name(), owner.name + ".chunks");
  CHECK(chunks.count() == 0);
}

TEST_CASE("Before read operations: the indexes are assumed to exist") {
  CommandProxy proxy;
  Client client(client_options(proxy.uri()));
  const BucketFixture owner;
  const Value id = owner.upload("a", "0123456");
  const Bucket bucket(client, database_name(), bucket_options(owner.name));
  CHECK(bucket.open_download_stream(id).read() == "0123456");
  CHECK(bucket.open_download_stream_by_name("a").read() == "0123456");
  CHECK(bucket.find().to_list().size() == 1);
  CHECK(proxy.commands("listIndexes").empty());
  CHECK(proxy.commands("createIndexes").empty());
}
