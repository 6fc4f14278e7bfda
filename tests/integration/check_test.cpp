// Looking a bucket over, with what happens to it meanwhile.
#include "gridfs/check.hpp"

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

using Command = CommandProxy::Command;
using Decision = CommandProxy::Decision;

// Checks through a proxy, on which a test may hang what is to happen.
struct CheckedBucket : BucketFixture {
  std::function<Decision(const Command&)> handler;
  CommandProxy proxy{[this](const Command& command) { return handler ? handler(command) : Decision{}; }};
  Client checking_client{client_options(proxy.uri())};
  Bucket checked{checking_client, database_name(), bucket_options(name)};
  std::vector<Finding> findings;
  CheckSummary summary;

  void run(const CheckOptions& options = {}) {
    findings.clear();
    summary = check(checked, options, [&](const Finding& finding) { findings.push_back(finding); });
  }

  void repair(std::chrono::seconds min_age = CheckOptions().min_age) {
    CheckOptions options;
    options.repair = Repair::yes;
    options.min_age = min_age;
    run(options);
  }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const Finding& finding : findings) {
      lines.push_back(std::string(to_string(finding.kind)) + ": " + finding.detail);
    }
    return lines;
  }

  void insert_chunk(const Value& chunk_id, const Value& files_id, int n, const std::string& base64) {
    Document chunk;
    chunk.append("_id", chunk_id).append("files_id", files_id).append("n", Value(std::int32_t{n}));
    const auto binary = Value::from_json(R"({"$binary": {"base64": ")" + base64 + R"(", "subType": "00"}})");
    chunks.insert(chunk.append("data", binary));
  }

  // Two chunks of no file, of the first day of 2020.
  void insert_orphan(const Value& files_id) {
    static int count = 100'000;
    for (const int n : {0, 1}) {
      insert_chunk(Value::object_id("5e0be1000000000000" + std::to_string(++count)), files_id, n, "MDEyMw==");
    }
  }

  void insert_file(const Value& id, const std::string& fields = R"("length": 0, "chunkSize": 4)") {
    Document file;
    file.append("_id", id);
    const auto rest = Document::from_json("{" + fields + R"(, "uploadDate": {"$date": "2024-05-01T12:00:00Z"}})");
    for (const auto& [key, value] : rest.fields()) file.append(key, value);
    files.insert(file);
  }

  [[nodiscard]] bool is_find(const Command& command, const std::string& collection) const {
    return command.name == "find" && command.collection() == name + "." + collection;
  }

  // FerretDB does not, and says so where there are files.
  [[nodiscard]] bool has_all_types() {
    try {
      return files.count(R"({"_id": {"$type": "symbol"}})") == 0;
    } catch (const std::runtime_error&) {
      return false;
    }
  }

  // What a server answers that has these documents and more.
  [[nodiscard]] Decision answer(const std::string& collection, const std::vector<Document>& documents,
                                std::int64_t cursor_id) const {
    std::vector<Value> batch;
    for (const Document& document : documents) batch.emplace_back(document);
    Document cursor;
    cursor.append("firstBatch", Value::array(batch)).append("id", Value(cursor_id));
    cursor.append("ns", Value(database_name() + "." + name + "." + collection));
    Document reply;
    return {CommandProxy::Verdict::answer, reply.append("cursor", Value(cursor)).append("ok", Value(1.0))};
  }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(CheckedBucket, "Check: a sound bucket has no findings") {
  upload("a", "0123456789");
  upload("b", "");
  upload_with_id(Value("text"), "c", "0123");
  run();
  CHECK(lines() == Lines{});
  CHECK(summary.files == 3);
  CHECK(summary.chunks == 4);
  CHECK(summary.bytes == 14);
  CHECK(summary.clean());
}

TEST_CASE_METHOD(CheckedBucket, "Check: every kind of damage to chunks is told") {
  const Value id = upload("a", "0123456789");
  SECTION("missing") {
    chunks.remove(R"({"n": {"$lt": 2}})");
    run();
    CHECK(lines() == Lines{"missing-chunk: chunks 0 to 1 of 3 are missing ('a')"});
    CHECK(findings[0].chunks == 2);
    CHECK(findings[0].id == id);
    CHECK(findings[0].filename == "a");
  }
  SECTION("no data") {
    chunks.update(R"({"n": 1})", R"({"$set": {"data": "text"}})");
    run();
    CHECK(lines() == Lines{"wrong-chunk-size: chunk 1 of 3 has no data ('a')"});
  }
  SECTION("several at once") {
    chunks.remove(R"({"n": 0})");
    insert_chunk(Value::new_object_id(), id, 7, "YQ==");
    run();
    CHECK(lines() == Lines{"missing-chunk: chunk 0 of 3 is missing ('a')",
                           "superfluous-chunk: chunk 7 is too many; there should be 3 ('a')"});
  }
  CHECK_FALSE(summary.clean());
  CHECK(summary.removed == 0);
}

TEST_CASE_METHOD(CheckedBucket, "Check: a bucket without its indexes is searched for duplicates") {
  insert_file(Value("f"), R"("length": 8, "chunkSize": 4)");
  for (const int n : {0, 0, 1}) insert_chunk(Value::new_object_id(), Value("f"), n, "MDEyMw==");
  run();
  CHECK(lines() == Lines{"duplicate-chunk: chunk 0 of 2 is there twice",
                         "missing-index: " + name + ".files has no index {filename: 1, uploadDate: 1}",
                         "missing-index: " + name + ".chunks has no unique index {files_id: 1, n: 1}"});
}

TEST_CASE_METHOD(CheckedBucket, "Check: an index that is not unique is not the one that chunks need") {
  upload("a", "0");
  const BucketFixture other;
  RawCollection other_chunks(database_name(), other.name + ".chunks");
  Document keys;
  keys.append("files_id", Value(std::int32_t{1})).append("n", Value(std::int32_t{1}));
  other_chunks.create_index(keys, "files_id_1_n_1", false);
  const Value id = other.upload("a", "0");
  std::vector<FindingKind> kinds;
  check(other.bucket, {}, [&](const Finding& finding) { kinds.push_back(finding.kind); });
  CHECK(kinds == std::vector{FindingKind::missing_index});
}

TEST_CASE_METHOD(CheckedBucket, "Check: files documents that make no sense are told") {
  upload("a", "0123");
  struct Nonsense {
    const char* change;
    const char* problem;
  };
  const Nonsense nonsense = GENERATE(
      Nonsense{R"({"$unset": {"length": 1}})", "the files document's length is missing or not a whole number ('a')"},
      Nonsense{R"({"$set": {"length": -1}})", "the files document's length is negative ('a')"},
      Nonsense{R"({"$set": {"chunkSize": 0}})", "the files document's chunkSize is out of range ('a')"},
      Nonsense{R"({"$unset": {"uploadDate": 1}})", "the files document's uploadDate is missing or not a date ('a')"},
      Nonsense{R"({"$set": {"filename": 5}})", "the files document's filename is not a string"});
  files.update("{}", nonsense.change);
  run();
  CHECK(lines() == Lines{std::string("bad-files-document: ") + nonsense.problem});
}

TEST_CASE_METHOD(CheckedBucket, "Check: numbers of different types are one id") {
  insert_file(Value(2.0), R"("length": 8.0, "chunkSize": {"$numberLong": "4"})");
  insert_chunk(Value::new_object_id(), Value(std::int32_t{2}), 0, "MDEyMw==");
  insert_chunk(Value::new_object_id(), Value(std::int64_t{2}), 1, "MDEyMw==");
  run();
  for (const Finding& finding : findings) CHECK(finding.kind == FindingKind::missing_index);
  CHECK(summary.chunks == 2);
}

TEST_CASE_METHOD(CheckedBucket, "Check: an upload under way is not touched, whatever it has stored") {
  insert_orphan(Value("old"));
  const std::string content = content_of(three_batches);
  UploadStream stream = bucket.open_upload_stream("a", large_chunks());
  stream.write(std::string_view(content).substr(0, content.size() - 1));
  const auto stored = chunks.count();
  repair();
  CHECK(summary.removed == 1);
  CHECK(chunks.count(by("files_id", Value("old"))) == 0);
  CHECK(chunks.count() >= stored - 2);
  stream.write(std::string_view(content).substr(content.size() - 1));
  stream.close();
  CHECK((download(stream.id()) == content));
  run();
  CHECK(lines() == Lines{});
}

TEST_CASE_METHOD(CheckedBucket, "Check: orphaned chunks go by their ids and their newest chunk") {
  upload("a", "0123456789");
  insert_orphan(Value("old"));
  insert_orphan(Value(std::int32_t{7}));
  insert_orphan(Value("mixed"));
  insert_chunk(Value::new_object_id(), Value("mixed"), 2, "MDEyMw==");
  insert_orphan(Value("ageless"));
  insert_chunk(Value("no ObjectId"), Value("ageless"), 2, "MDEyMw==");
  repair();
  CHECK(summary.findings == 3);
  CHECK(summary.removed == 2);
  CHECK(summary.recent == 1);
  CHECK(chunks.count() == 3 + 3 + 3);
  CHECK(chunks.count(by("files_id", Value("mixed"))) == 3);
  CHECK(chunks.count(by("files_id", Value("ageless"))) == 3);
}

TEST_CASE_METHOD(CheckedBucket, "Check: nothing is removed unless it is asked for") {
  insert_orphan(Value("old"));
  CheckOptions options;
  options.repair = GENERATE(Repair::no, Repair::plan);
  run(options);
  REQUIRE(findings.front().kind == FindingKind::orphaned_chunks);
  CHECK(findings.front().removal == (options.repair == Repair::plan ? Removal::would_be_done : Removal::none));
  CHECK(proxy.commands("delete").empty());
  CHECK(chunks.count() == 2);
}

TEST_CASE_METHOD(CheckedBucket, "Check: a file that comes at the last moment keeps its chunks") {
  upload("a", "0123");
  insert_orphan(Value("late"));
  handler = [&](const Command& command) {
    // The query for the chunks to remove.
    if (is_find(command, "chunks") && command.body.find("limit") && files.count() == 1) {
      insert_file(Value("late"), R"("length": 8, "chunkSize": 4)");
    }
    return Decision{};
  };
  repair();
  REQUIRE(findings.size() == 1);
  CHECK_THAT(findings[0].detail, Catch::Matchers::EndsWith("; not removed: a file has come"));
  CHECK(findings[0].removal == Removal::none);
  CHECK(proxy.commands("delete").empty());
  CHECK(download(Value("late")) == "01230123");
}

TEST_CASE_METHOD(CheckedBucket, "Check: an upload that is completed while its chunks are measured is no finding") {
  upload("a", "0123");
  insert_orphan(Value("late"));
  handler = [&](const Command& command) {
    const bool measures = is_find(command, "chunks") && command.field("filter").find("late") != std::string::npos;
    if (measures && files.count() == 1) insert_file(Value("late"), R"("length": 8, "chunkSize": 4)");
    return Decision{};
  };
  run();
  CHECK(files.count() == 2);
  CHECK(lines() == Lines{});
}

TEST_CASE_METHOD(CheckedBucket, "Check: a chunk that comes at the last moment keeps the others") {
  upload("a", "0123");
  insert_orphan(Value("late"));
  handler = [&](const Command& command) {
    if (is_find(command, "chunks") && command.body.find("limit") && chunks.count() == 3) {
      insert_chunk(Value::new_object_id(), Value("late"), 2, "MDEyMw==");
    }
    return Decision{};
  };
  repair();
  REQUIRE(findings.size() == 1);
  CHECK_THAT(findings[0].detail, Catch::Matchers::EndsWith("; not removed: newer chunks have come"));
  CHECK(chunks.count() == 4);
}

TEST_CASE_METHOD(CheckedBucket, "Check: a file that is removed meanwhile is no finding") {
  const Value id = upload("a", "0123456789");
  // What looks damaged at the first look is looked at once more.
  const int removed_at_look = GENERATE(1, 2);
  if (removed_at_look == 2) chunks.remove(R"({"n": 1})");
  int looks = 0;
  handler = [&](const Command& command) {
    if (is_find(command, "chunks") && ++looks == removed_at_look) bucket.delete_file(id);
    return Decision{};
  };
  run();
  CHECK(lines() == Lines{});
}

TEST_CASE_METHOD(CheckedBucket, "Check: what is wrong with the content is asked for where the chunks are all there") {
  upload("whole", "0123");
  const Value damaged = upload("damaged", "0123456789");
  chunks.remove(by("files_id", damaged));
  std::vector<std::string> compared;
  const auto compare = [&](const FileInfo& file) -> std::optional<std::string> {
    compared.push_back(file.filename().value());
    return "it is spoilt";
  };
  CheckOptions options;
  if (GENERATE(false, true)) {
    options.compare_content = compare;
  } else {
    options.compare_small_content = [&](const FileInfo& file, std::span<const std::byte> content) {
      CHECK(content.size() == 4);
      return compare(file);
    };
  }
  run(options);
  CHECK(compared == std::vector<std::string>{"whole"});
  CHECK(summary.findings == 2);
  CHECK(lines()[0] == "checksum-mismatch: it is spoilt ('whole')");
}

TEST_CASE_METHOD(CheckedBucket, "Check: a cursor that is lost is picked up, whatever type the ids have") {
  // In the order of the server; the second list is of what FerretDB does not have.
  std::vector<std::string> ids{"null",        "1",
                               "2.5",         R"({"$numberLong": "3"})",
                               R"("a")",      R"("b")",
                               R"({"x": 1})", R"({"$oid": "0123456789abcdef01234567"})",
                               "true",        R"({"$date": {"$numberLong": "5"}})"};
  const std::vector<std::string> all{R"({"$minKey": 1})",
                                     "null",
                                     R"({"$numberDouble": "NaN"})",
                                     R"({"$numberDouble": "-Infinity"})",
                                     "1",
                                     R"({"$numberDecimal": "2.25"})",
                                     R"({"$numberLong": "3"})",
                                     R"("a")",
                                     R"({"$symbol": "b"})",
                                     R"("c")",
                                     R"({"x": 1})",
                                     R"({"$binary": {"base64": "AA==", "subType": "00"}})",
                                     R"({"$oid": "0123456789abcdef01234567"})",
                                     "false",
                                     R"({"$date": {"$numberLong": "5"}})",
                                     R"({"$timestamp": {"t": 1, "i": 1}})",
                                     R"({"$dbPointer": {"$ref": "b", "$id": {"$oid": "5f7a1b2c3d4e5f6a7b8c9d0e"}}})",
                                     R"({"$code": "x"})",
                                     R"({"$code": "x", "$scope": {}})",
                                     R"({"$maxKey": 1})"};
  upload("index", "");
  if (has_all_types()) ids = all;
  files.remove("{}");
  for (const std::string& id : ids) insert_file(Value::from_json(id));
  const auto ordered = files.find("{}", R"({"_id": 1})");
  REQUIRE(ordered.size() == ids.size());

  for (std::size_t seen = 1; seen < ids.size(); ++seen) {
    INFO("lost behind " << ids[seen - 1]);
    bool lost = false;
    handler = [&](const Command& command) {
      if (lost || !is_find(command, "files")) return Decision{};
      lost = true;
      return answer("files", {ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>(seen)}, 4711);
    };
    run();
    CHECK(lost);
    CHECK(summary.files == static_cast<std::int64_t>(ids.size()));
    CHECK(lines() == Lines{});
  }
}

TEST_CASE_METHOD(CheckedBucket, "Check: a server that measures chunks sends no data") {
  const Value id = upload("a", "0123456789");
  std::vector<Document> measured;
  for (const std::int32_t n : {0, 1, 2}) {
    Document chunk;
    chunk.append("_id", Value::new_object_id()).append("files_id", id).append("n", Value(n));
    measured.push_back(chunk.append("size", Value(std::int32_t{n == 2 ? 2 : 4})));
  }
  const auto has_data = [](const Command& command) {
    return command.field("projection").find("data\" : 1") != std::string::npos;
  };
  bool sent = false;
  handler = [&](const Command& command) {
    sent = sent || has_data(command);
    const bool measures =
        is_find(command, "chunks") && command.field("projection").find("binarySize") != std::string::npos;
    return measures ? answer("chunks", measured, 0) : Decision{};
  };
  run();
  CHECK(lines() == Lines{});
  CHECK(summary.bytes == 10);
  CHECK_FALSE(sent);
}

TEST_CASE_METHOD(CheckedBucket, "Check: a server that does not measure chunks sends their data") {
  upload("a", "0123456789");
  const bool refuses = GENERATE(true, false);
  handler = [&](const Command& command) {
    if (!is_find(command, "chunks") || command.field("projection").find("binarySize") == std::string::npos) {
      return Decision{};
    }
    if (refuses) return CommandProxy::refuse(2, "Unsupported projection option");
    return answer("chunks", chunks.find(), 0);
  };
  run();
  CHECK(lines() == Lines{});
  CHECK(summary.bytes == 10);
}

TEST_CASE_METHOD(CheckedBucket, "Check: a connection that is lost in the middle makes no findings") {
  for (int i = 0; i < 3; ++i) upload("a", "0123456789");
  int left = 4;
  handler = [&](const Command& command) {
    const bool lose = command.name == "find" && left-- > 0 && left % 2 == 0;
    return Decision{lose ? CommandProxy::Verdict::lose_answer : CommandProxy::Verdict::pass, {}};
  };
  run();
  CHECK(lines() == Lines{});
  CHECK(summary.files == 3);
  CHECK(summary.chunks == 9);
  CHECK(summary.bytes == 30);
}

TEST_CASE_METHOD(CheckedBucket, "Check: one file alone") {
  const Value whole = upload("whole", "0123456789");
  const Value damaged = upload("damaged", "0123456789");
  chunks.remove(R"({"n": 2, "files_id": )" + damaged.to_canonical_json() + "}");
  insert_orphan(Value("old"));
  Lines found;
  const auto handle = [&](const Finding& finding) { found.push_back(finding.detail); };
  CHECK(check_file(checked, checked.find_by_id(whole), {}, handle).clean());
  CHECK(found.empty());
  CHECK_FALSE(check_file(checked, checked.find_by_id(damaged), {}, handle).clean());
  CHECK(found == Lines{"chunk 2 of 3 is missing ('damaged')"});
}
