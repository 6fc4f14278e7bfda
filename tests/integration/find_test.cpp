#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

std::vector<std::string> names(FileCursor cursor) {
  std::vector<std::string> result;
  for (const FileInfo& file : cursor) result.push_back(file.filename().value_or("-"));
  return result;
}

using Names = std::vector<std::string>;

struct FourFiles : BucketFixture {
  FourFiles() {
    upload_at(2, "a", "22");
    upload_at(3, "b", "1");
    upload_at(1, "c", "333");
    UploadOptions options;
    options.metadata = Document::from_json(R"({"owner": "ann"})");
    files.update(by("_id", upload("d", "4444", options)), R"({"$set": {"uploadDate": {"$date": 9000}}})");
  }

  [[nodiscard]] Names find(const char* filter, const FindOptions& options = {}) const {
    return names(bucket.find(Document::from_json(filter), options));
  }
};

FindOptions sorted(const char* sort) {
  FindOptions options;
  options.sort = Document::from_json(sort);
  return options;
}

}  // namespace

TEST_CASE_METHOD(FourFiles, "Generic Find on Files Collection: filters, on metadata as well") {
  CHECK(find("{}").size() == 4);
  CHECK(find(R"({"filename": "b"})") == Names{"b"});
  CHECK(find(R"({"metadata.owner": "ann"})") == Names{"d"});
  CHECK(find(R"({"length": {"$gt": 2}})", sorted(R"({"length": 1})")) == Names{"c", "d"});
}

TEST_CASE_METHOD(FourFiles, "Generic Find on Files Collection: nothing that matches is an empty set, not an error") {
  CHECK(find(R"({"filename": "z"})").empty());
  CHECK(find(R"({"no such field": 1})").empty());
  const Bucket nowhere(client, database_name(), bucket_options(new_bucket_name()));
  CHECK(nowhere.find().to_list().empty());
}

TEST_CASE_METHOD(FourFiles, "Generic Find on Files Collection: sort, skip and limit") {
  FindOptions options = sorted(R"({"uploadDate": 1})");
  CHECK(find("{}", options) == Names{"c", "a", "b", "d"});
  options.skip = 1;
  CHECK(find("{}", options) == Names{"a", "b", "d"});
  options.limit = 2;
  CHECK(find("{}", options) == Names{"a", "b"});
  options.skip = 4;
  CHECK(find("{}", options).empty());
  CHECK(find("{}", sorted(R"({"uploadDate": -1})")) == Names{"d", "b", "a", "c"});
}

TEST_CASE_METHOD(FourFiles, "Generic Find on Files Collection: a projection brings the fields asked for alone") {
  FindOptions options = sorted(R"({"filename": 1})");
  options.projection = Document::from_json(R"({"filename": 1, "_id": 0})");
  const auto found = bucket.find({}, options).to_list();
  REQUIRE(found.size() == 4);
  CHECK(found[0].document().to_json() == R"({ "filename" : "a" })");
  CHECK_THROWS_AS(found[0].id(), CorruptFile);
  CHECK_THROWS_AS(found[0].length(), CorruptFile);
}

TEST_CASE_METHOD(FourFiles, "Generic Find on Files Collection: batches do not change what is found") {
  FindOptions options = sorted(R"({"filename": 1})");
  options.batch_size = GENERATE(1, 2, 3, 4, 100);
  CHECK(find("{}", options) == Names{"a", "b", "c", "d"});
  options.limit = 3;
  CHECK(find("{}", options) == Names{"a", "b", "c"});
}

TEST_CASE_METHOD(FourFiles, "Generic Find on Files Collection: a filter that the server refuses is its error") {
  FileCursor cursor = bucket.find(Document::from_json(R"({"filename": {"$noSuchOperator": 1}})"));
  try {
    cursor.next();
    FAIL("the server took it");
  } catch (const ServerError& error) {
    CHECK(error.server_code() != 0);
    CHECK(std::string(error.what()) == "listing files: " + error.server_message());
  }
}

TEST_CASE_METHOD(FourFiles, "Generic Find on Files Collection: options out of range are refused") {
  const auto refuse = [&](auto change) {
    FindOptions options;
    change(options);
    CHECK_THROWS_AS(bucket.find({}, options), ConfigurationError);
  };
  refuse([](FindOptions& options) { options.skip = -1; });
  refuse([](FindOptions& options) { options.limit = -1; });
  refuse([](FindOptions& options) { options.batch_size = 0; });
  refuse([](FindOptions& options) { options.batch_size = -1; });
  refuse([](FindOptions& options) { options.max_time = std::chrono::milliseconds(0); });
}

TEST_CASE("Generic Find on Files Collection: all options reach the server, and none that was not given") {
  // The proxy answers, since not every server knows all of them.
  CommandProxy proxy([](const CommandProxy::Command&) {
    return CommandProxy::Decision{
        CommandProxy::Verdict::answer,
        Document::from_json(R"({"cursor": {"id": 0, "ns": "db.fs.files", "firstBatch": []}, "ok": 1.0})")};
  });
  Client client(client_options(proxy.uri()));
  const Bucket bucket(client, database_name());
  const Document filter = Document::from_json(R"({"a": 1})");
  FindOptions options;

  SECTION("all") {
    options.sort = Document::from_json(R"({"length": -1})");
    options.skip = 3;
    options.limit = 7;
    options.batch_size = 5;
    options.no_cursor_timeout = true;
    options.hint = std::string("an index");
    options.comment = "who asks";
    options.collation = Document::from_json(R"({"locale": "de"})");
    options.max_time = std::chrono::milliseconds(1234);
    options.allow_disk_use = true;
    CHECK(bucket.find(filter, options).to_list().empty());
    const auto sent = proxy.commands("find").at(0);
    CHECK(sent.field("find") == R"("fs.files")");
    CHECK(sent.field("filter") == R"({ "a" : 1 })");
    CHECK(sent.field("sort") == R"({ "length" : -1 })");
    CHECK(sent.field("skip") == "3");
    CHECK(sent.field("limit") == "7");
    CHECK(sent.field("batchSize") == "5");
    CHECK(sent.field("noCursorTimeout") == "true");
    CHECK(sent.field("hint") == R"("an index")");
    CHECK(sent.field("comment") == R"("who asks")");
    CHECK(sent.field("collation") == R"({ "locale" : "de" })");
    CHECK(sent.field("maxTimeMS") == "1234");
    CHECK(sent.field("allowDiskUse") == "true");
  }
  SECTION("an index by its keys, and disk use forbidden") {
    options.hint = Document::from_json(R"({"filename": 1, "uploadDate": 1})");
    options.allow_disk_use = false;
    CHECK(bucket.find(filter, options).to_list().empty());
    const auto sent = proxy.commands("find").at(0);
    CHECK(sent.field("hint") == R"({ "filename" : 1, "uploadDate" : 1 })");
    CHECK(sent.field("allowDiskUse") == "false");
  }
  SECTION("none") {
    CHECK(bucket.find(filter).to_list().empty());
    const auto sent = proxy.commands("find").at(0);
    for (const char* key : {"sort", "skip", "limit", "batchSize", "noCursorTimeout", "hint", "comment", "collation",
                            "maxTimeMS", "allowDiskUse"}) {
      INFO(key);
      CHECK(sent.field(key).empty());
    }
  }
}

TEST_CASE_METHOD(BucketFixture, "Find: a filter that the server does not understand says nothing about collations") {
  std::vector<bool> exact;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name != "find") return CommandProxy::Decision{};
    exact.push_back(command.body.find("collation").has_value());
    const bool is_bad = command.body.find("filter")->as_document()->find("bad").has_value();
    if (is_bad) return CommandProxy::refuse(9, "unknown operator");
    // In place of a server that may know no collations.
    return CommandProxy::Decision{CommandProxy::Verdict::answer, Document::from_json(R"({"ok": 1,
        "cursor": {"id": {"$numberLong": "0"}, "ns": "any.thing", "firstBatch": []}})")};
  });
  Client observed_client(client_options(proxy.uri()));
  const Bucket observed(observed_client, database_name(), bucket_options(name));
  FindOptions options;
  options.exact_text = true;
  CHECK_THROWS_AS(observed.find(Document::from_json(R"({"bad": 1})"), options).next(), ServerError);
  CHECK_FALSE(observed.find(Document(), options).next());
  REQUIRE(exact.size() >= 2);
  CHECK(exact.back());
}
