// A connection that ends before the answer arrives: nothing is stored twice, and no duplicate of ours is a conflict.
#include <set>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

using Verdict = CommandProxy::Verdict;

// Loses the first `count` commands of a name that are for a collection of the bucket, or their answers.
struct UnluckyBucket : BucketFixture {
  void lose(int count, Verdict how, const std::string& command, const std::string& collection) {
    left = count;
    verdict = how;
    lost_command = command;
    lost_collection = name + "." + collection;
  }

  int left = 0;
  Verdict verdict = Verdict::pass;
  std::string lost_command;
  std::string lost_collection;
  CommandProxy proxy{[this](const CommandProxy::Command& command) {
    const bool lose = left > 0 && command.name == lost_command && command.collection() == lost_collection;
    if (lose) --left;
    return CommandProxy::Decision{lose ? verdict : Verdict::pass, {}};
  }};
  Client unlucky_client{client_options(proxy.uri() + "&retryReads=false&retryWrites=false")};
  Bucket unlucky{unlucky_client, database_name(), bucket_options(name)};
};

// The first insert into one of its collections is not answered, and done so late that the next attempt has just looked
// for what it was to store, and sends it again.
struct LateBucket : BucketFixture {
  std::string late_collection = GENERATE("chunks", "files");
  RawCollection late{database_name(), name + "." + late_collection};
  int inserts = 0;
  std::vector<Document> lost;
  CommandProxy proxy{[this](const CommandProxy::Command& command) {
    if (command.name != "insert" || command.collection() != name + "." + late_collection) {
      return CommandProxy::Decision{};
    }
    ++inserts;
    if (inserts == 1) {
      lost = command.documents;
      return CommandProxy::Decision{Verdict::lose_command, {}};
    }
    if (inserts == 2) {
      for (const Document& document : lost) late.insert(document);
    }
    return CommandProxy::Decision{};
  }};
  Client late_client{client_options(proxy.uri() + "&retryWrites=false")};
  Bucket bucket_of_late{late_client, database_name(), bucket_options(name)};
};

struct Stored {
  std::exception_ptr error;
  std::optional<Leftover> leftover;
};

// A file of three chunks, by itself or together with others.
Stored store(const Bucket& bucket, bool together) {
  constexpr std::string_view content = "0123456789";
  Stored stored;
  if (together) {
    BatchUpload upload = bucket.open_batch_upload([&](const BatchOutcome& outcome) {
      stored = {outcome.error, outcome.leftover};
    });
    upload.add("a", std::as_bytes(std::span(content)));
    upload.flush();
    return stored;
  }
  UploadStream stream = bucket.open_upload_stream("a");
  try {
    stream.write(content);
    stream.close();
  } catch (const Error&) {
    stored.error = std::current_exception();
  }
  stored.leftover = stream.leftover();
  return stored;
}

}  // namespace

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: chunks are stored once") {
  lose(GENERATE(1, 3), GENERATE(Verdict::lose_answer, Verdict::lose_command), "insert", "chunks");
  const std::string content = content_of(three_batches);
  std::istringstream source(content);
  const Value id = unlucky.upload_from_stream("a", source, large_chunks());
  CHECK(left == 0);
  CHECK(chunks.count() == 5);
  CHECK((download(id) == content));
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: chunks of an id that was given are no conflict with themselves") {
  lose(2, Verdict::lose_answer, "insert", "chunks");
  std::istringstream source("0123456789");
  unlucky.upload_from_stream_with_id(Value("id"), "a", source);
  CHECK(chunks.count() == 3);
  CHECK(download(Value("id")) == "0123456789");
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: the files document is stored once, and is no conflict with itself") {
  const auto lost = GENERATE(Verdict::lose_answer, Verdict::lose_command);
  // What was stored although its answer was lost is found by the next try.
  lose(lost == Verdict::lose_answer ? 1 : 3, lost, "insert", "files");
  std::istringstream source("0123456789");
  const bool given = GENERATE(false, true);
  Value id("id");
  if (given) {
    unlucky.upload_from_stream_with_id(id, "a", source);
  } else {
    id = unlucky.upload_from_stream("a", source);
  }
  CHECK(left == 0);
  CHECK(files.count() == 1);
  CHECK(download(id) == "0123456789");
}

TEST_CASE_METHOD(LateBucket, "Lost answers: what comes late is no conflict with what is sent again") {
  const bool given = GENERATE(false, true);
  Value id("id");
  std::istringstream source("0123456789");
  if (given) {
    bucket_of_late.upload_from_stream_with_id(id, "a", source);
  } else {
    id = bucket_of_late.upload_from_stream("a", source);
  }
  CHECK(inserts >= 2);
  CHECK(files.count() == 1);
  CHECK(chunks.count() == 3);
  CHECK(download(id) == "0123456789");
}

TEST_CASE_METHOD(LateBucket,
                 "Lost answers: what comes late of many small files is no conflict with what is sent again") {
  std::vector<BatchOutcome> outcomes;
  BatchUpload upload =
      bucket_of_late.open_batch_upload([&](const BatchOutcome& outcome) { outcomes.push_back(outcome); });
  for (const char* filename : {"a", "b", "c"})
    upload.add(filename, std::as_bytes(std::span(std::string_view("0123456789"))));
  upload.flush();
  CHECK(inserts >= 2);
  REQUIRE(outcomes.size() == 3);
  for (const BatchOutcome& outcome : outcomes) {
    REQUIRE(outcome.file);
    CHECK(download(outcome.id) == "0123456789");
  }
  CHECK(files.count() == 3);
  CHECK(chunks.count() == 9);
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: chunks are removed when the retries are used up, and may come late") {
  lose(4, Verdict::lose_command, "insert", "chunks");
  UploadStream stream = unlucky.open_upload_stream("a");
  stream.write("0123456789");
  CHECK_THROWS_AS(stream.close(), ConnectionError);
  CHECK(left == 0);
  REQUIRE(stream.leftover());
  CHECK(stream.leftover()->kind == Leftover::Kind::chunks);
  CHECK(stream.leftover()->id == stream.id());
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: a files document that may come late keeps its chunks") {
  lose(4, Verdict::lose_command, "insert", "files");
  UploadStream stream = unlucky.open_upload_stream("a");
  stream.write("0123456789");
  CHECK_THROWS_AS(stream.close(), ConnectionError);
  CHECK(left == 0);
  REQUIRE(stream.leftover());
  CHECK(stream.leftover()->kind == Leftover::Kind::file_or_chunks);
  CHECK(files.count() == 0);
  CHECK(chunks.count() == 3);
}

TEST_CASE_METHOD(BucketFixture,
                 "Lost answers: a files document that may come late keeps its chunks, whatever is said of others") {
  constexpr int out_of_disk_space = 14031;
  const bool for_each = GENERATE(false, true);
  int inserts = 0;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name != "insert" || command.collection() != name + ".files") return CommandProxy::Decision{};
    if (++inserts == 1) return CommandProxy::Decision{Verdict::lose_command, {}};
    if (!for_each) return CommandProxy::refuse(out_of_disk_space, "no space");
    return CommandProxy::Decision{Verdict::answer, Document::from_json(R"({"ok": 1, "n": 0,
        "writeErrors": [{"index": 0, "code": 14031, "errmsg": "no space"}]})")};
  });
  Client unlucky_client(client_options(proxy.uri() + "&retryWrites=false"));
  const Bucket unlucky(unlucky_client, database_name(), bucket_options(name));
  const auto [error, leftover] = store(unlucky, GENERATE(false, true));
  CHECK(error);
  CHECK(inserts == 2);
  REQUIRE(leftover);
  CHECK(leftover->kind == Leftover::Kind::file_or_chunks);
  CHECK(chunks.count() == 3);
}

TEST_CASE_METHOD(BucketFixture, "Lost answers: a shard whose answer was lost may still store a files document") {
  constexpr int network_interface_exceeded_time_limit = 202;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name != "insert" || command.collection() != name + ".files") return CommandProxy::Decision{};
    return CommandProxy::refuse(network_interface_exceeded_time_limit, "the shard has not answered");
  });
  Client unlucky_client(client_options(proxy.uri() + "&retryWrites=false"));
  UploadStream stream = Bucket(unlucky_client, database_name(), bucket_options(name)).open_upload_stream("a");
  stream.write("0123456789");
  CHECK_THROWS_AS(stream.close(), ServerError);
  REQUIRE(stream.leftover());
  CHECK(stream.leftover()->kind == Leftover::Kind::file_or_chunks);
  CHECK(chunks.count() == 3);
}

TEST_CASE_METHOD(BucketFixture, "Lost answers: a file that another program has renamed meanwhile is still ours") {
  bool is_lost = false;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.collection() != name + ".files") return CommandProxy::Decision{};
    if (is_lost) files.update("{}", R"({"$set": {"filename": "renamed", "metadata": {"by": "another"}}})");
    if (is_lost || command.name != "insert") return CommandProxy::Decision{};
    is_lost = true;
    return CommandProxy::Decision{Verdict::lose_answer, {}};
  });
  Client unlucky_client(client_options(proxy.uri() + "&retryReads=false&retryWrites=false"));
  const Bucket unlucky(unlucky_client, database_name(), bucket_options(name));
  CHECK_FALSE(store(unlucky, GENERATE(false, true)).error);
  CHECK(is_lost);
  CHECK(download_by_name("renamed") == "0123456789");
}

TEST_CASE_METHOD(BucketFixture, "Lost answers: a file that could not be removed again is named as one") {
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name == "delete") return CommandProxy::refuse(14031, "no");
    if (command.name != "insert" || command.collection() != name + ".files") return CommandProxy::Decision{};
    for (const Document& document : command.documents) files.insert(document);
    return CommandProxy::Decision{Verdict::answer, Document::from_json(R"({"ok": 1, "n": 1,
        "writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}})")};
  });
  Client unlucky_client(client_options(proxy.uri() + "&retryWrites=false"));
  const Bucket unlucky(unlucky_client, database_name(), bucket_options(name));
  const auto leftover = store(unlucky, GENERATE(false, true)).leftover;
  REQUIRE(leftover);
  CHECK(leftover->kind == Leftover::Kind::file_or_chunks);
  CHECK(download_by_name("a") == "0123456789");
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: what is there although it may not be tried again is stored") {
  const std::string lost = GENERATE("chunks", "files");
  lose(1, Verdict::lose_answer, "insert", lost);
  ClientOptions options = client_options(proxy.uri() + "&retryReads=false&retryWrites=false");
  options.retry.retries = 0;
  Client impatient_client(options);
  const Bucket impatient(impatient_client, database_name(), bucket_options(name));
  UploadStream stream = impatient.open_upload_stream("a");
  stream.write("0123456789");
  if (lost == "files") {
    CHECK_NOTHROW(stream.close());
    CHECK(download(stream.id()) == "0123456789");
  } else {
    CHECK_THROWS_AS(stream.close(), ConnectionError);
    CHECK(stream.leftover());
    CHECK(files.count() + chunks.count() == 0);
  }
  CHECK(left == 0);
}

TEST_CASE_METHOD(BucketFixture, "Lost answers: what is there has to meet the write concern as well") {
  // The first answer is lost; the server has it then, but the other members do not.
  int inserts = 0;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name != "insert" || command.collection() != name + ".files") return CommandProxy::Decision{};
    if (++inserts == 1) return CommandProxy::Decision{Verdict::lose_answer, {}};
    return CommandProxy::Decision{Verdict::answer, Document::from_json(R"({"ok": 1, "n": 0,
        "writeErrors": [{"index": 0, "code": 11000, "errmsg": "duplicate key", "keyPattern": {"_id": 1}}],
        "writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}})")};
  });
  ClientOptions client_settings = client_options(proxy.uri() + "&retryWrites=false");
  client_settings.retry.retries = GENERATE(0, 3);
  Client unlucky_client(client_settings);
  BucketOptions options = bucket_options(name);
  const bool is_enough = GENERATE(false, true);
  options.write_concern = is_enough ? WriteConcern{1, {}, {}} : WriteConcern{"majority", {}, {}};
  const Bucket unlucky(unlucky_client, database_name(), options);
  const auto [error, leftover] = store(unlucky, GENERATE(false, true));
  CHECK((error == nullptr) == is_enough);
  CHECK(leftover.has_value() != is_enough);
  if (leftover) CHECK(leftover->kind == Leftover::Kind::file_or_chunks);
  if (is_enough) CHECK(inserts == 1);
  CHECK(files.count() == 1);
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: a download goes on at the same chunk") {
  const std::string content = content_of(5'000'000);
  const Value id = upload("a", content, large_chunks());
  lose(2, Verdict::lose_answer, GENERATE("find", "getMore"), "chunks");
  // Several connections would leave little or nothing for getMore to ask for.
  BucketOptions options = bucket_options(name);
  options.parallelism = 1;
  const Bucket sequential(unlucky_client, database_name(), options);
  std::ostringstream destination;
  sequential.download_to_stream(id, destination);
  CHECK((destination.str() == content));
  if (lost_command == "find") CHECK(left == 0);
  if (lost_command == "getMore") CHECK(left < 2);
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: deleting") {
  const Value id = upload("a", "0123456789");
  SECTION("the file, by id") {
    lose(1, Verdict::lose_answer, "delete", "files");
    CHECK_NOTHROW(unlucky.delete_file(id));
  }
  SECTION("the chunks") {
    lose(1, Verdict::lose_answer, "delete", "chunks");
    CHECK_NOTHROW(unlucky.delete_file(id));
  }
  SECTION("by name") {
    upload("a", "another");
    lose(1, Verdict::lose_answer, "delete", "files");
    CHECK(unlucky.delete_by_name("a") == 2);
  }
  CHECK(left == 0);
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: renaming") {
  const Value id = upload("a", "0123456789");
  lose(1, Verdict::lose_answer, "update", "files");
  SECTION("by id") { CHECK_NOTHROW(unlucky.rename(id, "b")); }
  SECTION("by name") { CHECK_NOTHROW(unlucky.rename_by_name("a", "b")); }
  SECTION("by name, of which there is none") {
    CHECK_THROWS_AS(unlucky.rename_by_name("x", "y"), FileNotFound);
    unlucky.rename(id, "b");
  }
  CHECK(left == 0);
  CHECK(download_by_name("b") == "0123456789");
}

TEST_CASE_METHOD(UnluckyBucket, "Lost answers: changing metadata") {
  const Value id = upload("a", "x");
  lose(1, Verdict::lose_answer, "update", "files");
  CHECK_NOTHROW(unlucky.update_metadata(id, Document().append("a", Value(1))));
  CHECK(left == 0);
  CHECK(bucket.find_by_id(id).metadata() == Document().append("a", Value(1)));
}

TEST_CASE("Lost answers: a server that refuses for a moment did not do it, so that a missing file is still missing") {
  int left = 1;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if ((command.name == "delete" || command.name == "update") && left-- > 0) {
      return CommandProxy::refuse(10107, "not primary");
    }
    return CommandProxy::Decision{};
  });
  Client client(client_options(proxy.uri() + "&retryWrites=false"));
  const Bucket bucket(client, database_name(), bucket_options(new_bucket_name()));
  SECTION("delete") { CHECK_THROWS_AS(bucket.delete_file(Value("id")), FileNotFound); }
  SECTION("rename") { CHECK_THROWS_AS(bucket.rename(Value("id"), "b"), FileNotFound); }
  SECTION("rename by name") { CHECK_THROWS_AS(bucket.rename_by_name("a", "b"), FileNotFound); }
}

TEST_CASE_METHOD(BucketFixture,
                 "Lost answers: whether own chunks are there is asked of the primary, not of a read concern") {
  // What a majority has may lag behind what the primary has.
  int left = 1;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    const bool lose = command.name == "insert" && command.collection() == name + ".chunks" && left-- > 0;
    return CommandProxy::Decision{lose ? Verdict::lose_answer : Verdict::pass, {}};
  });
  Client unlucky_client(client_options(proxy.uri() + "&retryWrites=false"));
  BucketOptions options = bucket_options(name);
  options.read_concern = ReadConcern{"majority"};
  const Bucket unlucky(unlucky_client, database_name(), options);
  std::istringstream source("0123456789");
  unlucky.upload_from_stream_with_id(Value("id"), "a", source);
  CHECK(left <= 0);
  REQUIRE(proxy.commands("find").size() >= 3);
  for (const auto& find : proxy.commands("find")) CHECK(find.field("readConcern").empty());
}

TEST_CASE("Retries: as many as asked for") {
  int tries = 0;
  CommandProxy proxy([&](const CommandProxy::Command&) {
    ++tries;
    return CommandProxy::refuse(10107, "not primary");
  });
  ClientOptions options = client_options(proxy.uri() + "&retryReads=false");
  options.retry.retries = GENERATE(0, 1, 5);
  Client client(options);
  const Bucket bucket(client, database_name());
  CHECK_THROWS_AS(bucket.find_by_id(Value("id")), ConnectionError);
  CHECK(tries == options.retry.retries + 1);
}
