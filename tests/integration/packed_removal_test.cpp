// Removing many files in few messages.
#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"
#include "support/errors.hpp"

using namespace gridfs;
using namespace gridfs::test;

TEST_CASE_METHOD(BucketFixture, "Removing many: the files and their chunks go, others stay") {
  std::vector<Value> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(upload("a", content_of(static_cast<std::size_t>(i))));
  const Value kept = upload("kept", "0123456");
  const auto outcomes = bucket.delete_files(ids);
  CHECK(outcomes == std::vector<std::exception_ptr>(20));
  CHECK(files.count() == 1);
  CHECK(download(kept) == "0123456");
  CHECK(chunks.count() == 2);
}

TEST_CASE_METHOD(BucketFixture, "Removing many: none") { CHECK(bucket.delete_files({}).empty()); }

TEST_CASE_METHOD(BucketFixture, "Removing many: each id that has no file is told, as delete_file() tells it") {
  const Value a = upload("a", "0123456");
  const Value b = upload("b", "");
  const std::vector<Value> ids{Value("x"), a, Value(std::int32_t{7}), b, a};
  const auto outcomes = bucket.delete_files(ids);
  CHECK(is<FileNotFound>(outcomes[0]));
  CHECK_THROWS_WITH(bucket.delete_file(Value("x")), message_of(outcomes[0]));
  CHECK_FALSE(outcomes[1]);
  CHECK(is<FileNotFound>(outcomes[2]));
  CHECK_FALSE(outcomes[3]);
  CHECK(is<FileNotFound>(outcomes[4]));
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "Removing many: chunks without a file go all the same") {
  const std::vector<Value> ids{upload("a", "0123456"), upload("b", "0123456")};
  files.remove(by("_id", ids[0]));
  const auto outcomes = bucket.delete_files(ids);
  CHECK(is<FileNotFound>(outcomes[0]));
  CHECK_FALSE(outcomes[1]);
  CHECK(chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "Removing many: ids of all types") {
  const std::vector<Value> stored{Value("text"), Value(std::int32_t{1}), Value(2.5),
                                  Value(Document::from_json(R"({"a": 1})"))};
  for (const Value& id : stored) upload_with_id(id, "a", "0123456");
  upload("kept", "x");
  // A number is the same whatever its type is, and what looks like a query is an id.
  const std::vector<Value> ids{Value("text"), Value(1.0), Value(2.5), Value(Document::from_json(R"({"a": 1})")),
                               Value(Document::from_json(R"({"$gt": ""})"))};
  const auto outcomes = bucket.delete_files(ids);
  for (std::size_t i = 0; i < stored.size(); ++i) CHECK_FALSE(outcomes[i]);
  CHECK(is<FileNotFound>(outcomes[4]));
  CHECK(files.count() == 1);
  CHECK(chunks.count() == 1);
}

TEST_CASE_METHOD(BucketFixture, "Removing many: an id that is a pattern matches no other") {
  upload_with_id(Value("text"), "a", "0123456");
  const std::vector<Value> ids{Value::from_json(R"({"$regularExpression": {"pattern": "t", "options": ""}})"),
                               Value("x")};
  const auto outcomes = bucket.delete_files(ids);
  CHECK(outcomes[0]);
  CHECK(is<FileNotFound>(outcomes[1]));
  CHECK(download(Value("text")) == "0123456");
}

TEST_CASE_METHOD(BucketFixture, "Removing many: few messages, and every files document before its chunks") {
  CommandProxy proxy;
  Client counted(client_options(proxy.uri()));
  const Bucket many(counted, database_name(), bucket_options(name));
  std::vector<Value> ids;
  {
    BatchUpload upload = many.open_batch_upload([&](const BatchOutcome& outcome) { ids.push_back(outcome.id); });
    for (int i = 0; i < 1500; ++i) upload.add(std::to_string(i), std::as_bytes(std::span(std::string_view("01"))));
    upload.flush();
  }
  proxy.forget();
  const auto outcomes = many.delete_files(ids);
  CHECK(outcomes == std::vector<std::exception_ptr>(1500));
  CHECK(files.count() + chunks.count() == 0);
  std::vector<std::string> sent;
  for (const auto& command : proxy.commands()) {
    if (command.name != "getMore") sent.push_back(command.name + " " + command.collection().substr(name.size() + 1));
  }
  const std::vector<std::string> round{"find files", "delete files", "delete chunks"};
  std::vector<std::string> expected = round;
  expected.insert(expected.end(), round.begin(), round.end());
  CHECK(sent == expected);
}

TEST_CASE_METHOD(BucketFixture, "Removing many: files of many chunks are not removed by one message") {
  CommandProxy proxy;
  Client counted(client_options(proxy.uri()));
  const Bucket many(counted, database_name(), bucket_options(name));
  const std::vector<Value> ids{upload("a", content_of(24'000)), upload("b", "x"), upload("c", content_of(24'000))};
  CHECK(many.delete_files(ids) == std::vector<std::exception_ptr>(3));
  CHECK(proxy.commands("delete").size() == 4);
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "Removing many: an answer that is lost") {
  int left = 1;
  const std::string collection = GENERATE(".files", ".chunks");
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    const bool lose = command.name == "delete" && command.collection() == name + collection && left-- > 0;
    return CommandProxy::Decision{lose ? CommandProxy::Verdict::lose_answer : CommandProxy::Verdict::pass, {}};
  });
  Client unlucky_client(client_options(proxy.uri() + "&retryWrites=false"));
  const Bucket unlucky(unlucky_client, database_name(), bucket_options(name));
  const std::vector<Value> ids{upload("a", "0123456"), Value("x"), upload("b", "0123456")};
  const auto outcomes = unlucky.delete_files(ids);
  CHECK_FALSE(outcomes[0]);
  CHECK(is<FileNotFound>(outcomes[1]));
  CHECK_FALSE(outcomes[2]);
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(BucketFixture, "Removing many: a refusal is told of each, by its own name") {
  const int code = GENERATE(2, 13);
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    return command.name == "delete" ? CommandProxy::refuse(code, "no") : CommandProxy::Decision{};
  });
  Client unlucky_client(client_options(proxy.uri()));
  const Bucket unlucky(unlucky_client, database_name(), bucket_options(name));
  std::vector<Value> ids;
  for (int i = 0; i < 1200; ++i) ids.emplace_back(std::int32_t{i});
  for (const std::size_t i : {0U, 1100U}) ids[i] = upload("a", "0123456");
  const auto outcomes = unlucky.delete_files(ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    REQUIRE((code == 13 ? is<AuthenticationError>(outcomes[i]) : is<ServerError>(outcomes[i])));
    REQUIRE(message_of(outcomes[i]) == "removing file " + ids[i].as_object_id().value_or(std::to_string(i)) + ": no");
  }
  // Who is not allowed to remove some is not allowed to remove the others.
  CHECK(proxy.commands("delete").size() == (code == 13 ? 1 : 2));
  CHECK(download(ids[0]) == "0123456");
}
