#include <set>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

struct TenFiles : BucketFixture {
  TenFiles() {
    for (int i = 0; i < 10; ++i) {
      files.insert(R"({"_id": )" + std::to_string(i) + R"(, "length": )" + std::to_string(i % 3) +
                   R"(, "chunkSize": 4, "filename": "f)" + std::to_string(i) + R"("})");
    }
  }

  static FindOptions by_id() {
    FindOptions options;
    options.sort = Document::from_json(R"({"_id": 1})");
    options.batch_size = 3;
    return options;
  }

  static std::int64_t id_of(const std::optional<FileInfo>& file) { return file.value().id().as_integer().value(); }
};

}  // namespace

TEST_CASE_METHOD(TenFiles, "GridOutCursor: next, retrieved and alive") {
  FileCursor cursor = bucket.find({}, by_id());
  CHECK(cursor.alive());
  CHECK(cursor.retrieved() == 0);
  for (int i = 0; i < 10; ++i) {
    CHECK(id_of(cursor.next()) == i);
    CHECK(cursor.retrieved() == i + 1);
    CHECK(cursor.alive());
  }
  CHECK_FALSE(cursor.next());
  CHECK_FALSE(cursor.alive());
  CHECK_FALSE(cursor.next());
  CHECK(cursor.retrieved() == 10);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: to_list") {
  FileCursor cursor = bucket.find({}, by_id());
  CHECK(cursor.to_list(0).empty());
  CHECK(cursor.to_list(4).size() == 4);
  CHECK(id_of(cursor.next()) == 4);
  CHECK(cursor.to_list().size() == 5);
  CHECK(cursor.to_list().empty());
  CHECK(bucket.find().to_list(100).size() == 10);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: rewind starts again with a new query") {
  FileCursor cursor = bucket.find({}, by_id());
  const int read = GENERATE(0, 1, 4, 10);
  CHECK(cursor.to_list(static_cast<std::size_t>(read)).size() == static_cast<std::size_t>(read));
  if (read == 10) CHECK_FALSE(cursor.next());
  files.remove(R"({"_id": 0})");
  cursor.rewind();
  CHECK(cursor.alive());
  CHECK(cursor.retrieved() == 0);
  CHECK(id_of(cursor.next()) == 1);
  CHECK(cursor.to_list().size() == 8);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: a clone has the parameters and not the state") {
  FindOptions options = by_id();
  options.skip = 2;
  options.limit = 5;
  FileCursor cursor = bucket.find(Document::from_json(R"({"length": {"$lt": 2}})"), options);
  CHECK(id_of(cursor.next()) == 3);
  FileCursor clone = cursor.clone();
  CHECK(clone.retrieved() == 0);
  CHECK(id_of(clone.next()) == 3);
  CHECK(id_of(clone.next()) == 4);
  CHECK(id_of(cursor.next()) == 4);
  CHECK(clone.to_list().size() == 3);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: explain gives the server's plan and does not touch the cursor") {
  FileCursor cursor = bucket.find({}, by_id());
  CHECK(id_of(cursor.next()) == 0);
  CHECK(cursor.explain().find("queryPlanner"));
  CHECK(id_of(cursor.next()) == 1);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: distinct values over all files that match") {
  FindOptions options = by_id();
  options.limit = 1;
  std::set<std::int64_t> lengths;
  for (const Value& value : bucket.find({}, options).distinct("length")) lengths.insert(value.as_integer().value());
  CHECK(lengths == std::set<std::int64_t>{0, 1, 2});
  const auto names = bucket.find(Document::from_json(R"({"_id": {"$gte": 8}})")).distinct("filename");
  CHECK(names == std::vector<Value>{Value("f8"), Value("f9")});
  CHECK(bucket.find().distinct("no such field").empty());
}

TEST_CASE("GridOutCursor: what explain and distinct send") {
  CommandProxy proxy([](const CommandProxy::Command&) {
    return CommandProxy::Decision{CommandProxy::Verdict::answer,
                                  Document::from_json(R"({"queryPlanner": {}, "values": [1], "ok": 1.0})")};
  });
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name());
  FindOptions options;
  options.sort = Document::from_json(R"({"length": -1})");
  options.skip = 3;
  options.limit = 7;
  options.hint = std::string("an index");
  options.comment = "who asks";
  options.collation = Document::from_json(R"({"locale": "de"})");
  options.max_time = std::chrono::milliseconds(1234);
  const FileCursor cursor = bucket.find(Document::from_json(R"({"a": 1})"), options);
  CHECK(cursor.explain().find("queryPlanner"));
  CHECK(cursor.distinct("length") == std::vector<Value>{Value(1)});

  const Document explained = proxy.commands("explain").at(0).body.find("explain")->as_document().value();
  CHECK(explained.find("find") == Value("fs.files"));
  CHECK(explained.find("filter")->to_json() == R"({ "a" : 1 })");
  for (const char* key : {"sort", "skip", "limit", "hint", "comment", "collation", "maxTimeMS"}) {
    INFO(key);
    CHECK(explained.find(key));
  }
  const auto distinct = proxy.commands("distinct").at(0);
  CHECK(distinct.field("distinct") == R"("fs.files")");
  CHECK(distinct.field("key") == R"("length")");
  CHECK(distinct.field("query") == R"({ "a" : 1 })");
  CHECK(distinct.field("comment") == R"("who asks")");
  CHECK(distinct.field("collation") == R"({ "locale" : "de" })");
  CHECK(distinct.field("maxTimeMS") == "1234");
  CHECK(distinct.field("hint") == R"("an index")");
  for (const char* key : {"sort", "skip", "limit"}) CHECK(distinct.field(key).empty());
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: a range of files") {
  std::int64_t expected = 0;
  FileCursor cursor = bucket.find({}, by_id());
  for (const FileInfo& file : cursor) CHECK(id_of(file) == expected++);
  CHECK(expected == 10);
  FileCursor started = bucket.find({}, by_id());
  started.next();
  CHECK(id_of(*started.begin()) == 1);
  FileCursor none = bucket.find(Document::from_json(R"({"_id": "x"})"));
  CHECK((none.begin() == FileCursor::end()));
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: batches come as they are needed") {
  CommandProxy proxy;
  Client observed_client(client_options(proxy.uri()));
  const Bucket observed(observed_client, database_name(), bucket_options(name));
  FileCursor cursor = observed.find({}, by_id());
  CHECK(proxy.commands().empty());
  CHECK(cursor.to_list(3).size() == 3);
  CHECK(proxy.commands().size() == 1);
  CHECK(cursor.to_list(1).size() == 1);
  REQUIRE(proxy.commands("getMore").size() == 1);
  CHECK(number(proxy.commands("getMore")[0].body, "batchSize") == 3);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: a listing that is broken off in the middle is an error, and ends") {
  CommandProxy proxy([](const CommandProxy::Command& command) {
    return CommandProxy::Decision{
        command.name == "getMore" ? CommandProxy::Verdict::lose_command : CommandProxy::Verdict::pass, {}};
  });
  Client unlucky_client(client_options(proxy.uri() + "&retryReads=false"));
  const Bucket unlucky(unlucky_client, database_name(), bucket_options(name));
  FileCursor cursor = unlucky.find({}, by_id());
  CHECK(cursor.to_list(3).size() == 3);
  CHECK_THROWS_AS(cursor.next(), ConnectionError);
  CHECK_FALSE(cursor.alive());
  CHECK_FALSE(cursor.next());
  CHECK(cursor.retrieved() == 3);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: a query whose first reply is lost is sent again") {
  int finds = 0;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    const bool lose = command.name == "find" && ++finds <= 2;
    return CommandProxy::Decision{lose ? CommandProxy::Verdict::lose_answer : CommandProxy::Verdict::pass, {}};
  });
  Client unlucky_client(client_options(proxy.uri() + "&retryReads=false"));
  const Bucket unlucky(unlucky_client, database_name(), bucket_options(name));
  CHECK(unlucky.find({}, by_id()).to_list().size() == 10);
  CHECK(finds == 3);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: a cursor that is closed gives its connection back") {
  ClientOptions options = client_options(server_uri());
  options.max_connections = 1;
  options.connect_timeout = std::chrono::milliseconds(100);
  Client narrow(options);
  const Bucket only(narrow, database_name(), bucket_options(name));
  FindOptions find = by_id();
  find.batch_size = 2;
  FileCursor cursor = only.find({}, find);
  CHECK(id_of(cursor.next()) == 0);
  CHECK_THROWS_AS(only.find().next(), ConnectionError);
  cursor.close();
  CHECK_FALSE(cursor.alive());
  CHECK_FALSE(cursor.next());
  CHECK(only.find().next());
  cursor.rewind();
  CHECK(id_of(cursor.next()) == 0);
}

TEST_CASE_METHOD(TenFiles, "GridOutCursor: time limits of a query that no server takes") {
  FindOptions options;
  options.max_time = std::chrono::milliseconds(GENERATE(-1, 0, 2'147'483'648));
  CHECK_THROWS_AS(bucket.find({}, options), ConfigurationError);
}
