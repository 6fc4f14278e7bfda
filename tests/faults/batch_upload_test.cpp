// Small files that travel together, on a server that fails: each is stored whole, or not at all.
#include <chrono>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "support/catch.hpp"
#include "support/scripted_server/server.hpp"

namespace {

using gridfs::scripted::ScriptedServer;
using namespace std::chrono_literals;

constexpr int file_count = 10;

std::string content_of(int file) { return "file " + std::to_string(file) + ", of three chunks"; }

// A bucket on a scripted server, and what became of the files that were packed into it.
struct Packing {
  explicit Packing(std::string_view script) : server(script) {}

  void store(int retries = 3) {
    gridfs::Client client(client_options(retries));
    gridfs::BucketOptions bucket_options;
    bucket_options.chunk_size_bytes = chunks_per_file == 1 ? 100 : 9;
    bucket_options.parallelism = parallelism;
    const gridfs::Bucket bucket(client, "test", bucket_options);
    auto upload = bucket.open_batch_upload([this](const gridfs::BatchOutcome& one) { outcomes.push_back(one); });
    for (int i = 0; i < file_count; ++i) {
      const std::string bytes = content_of(i);
      const auto id = ids_given ? std::optional(gridfs::Value(i)) : std::nullopt;
      upload.add(std::to_string(i), std::as_bytes(std::span(bytes)), {}, id);
    }
    upload.flush();
  }

  // As another program does, after the chunks were stored and before the files documents are.
  void remove_before_files_are_stored(const std::vector<int>& ids) {
    while (server.count("insert").answered < 2) std::this_thread::sleep_for(1ms);
    gridfs::Client client(client_options(0));
    const gridfs::Bucket bucket(client, "test");
    for (const int id : ids) CHECK_THROWS_AS(bucket.delete_file(gridfs::Value(id)), gridfs::FileNotFound);
    server.clear_rules();
  }

  [[nodiscard]] gridfs::ClientOptions client_options(int retries) const {
    gridfs::ClientOptions options;
    options.uri = server.uri();
    options.connect_timeout = 5s;
    options.retry = {.retries = retries, .delay = 1ms};
    options.stop = stop.get_token();
    return options;
  }

  [[nodiscard]] std::size_t count(const char* collection) const {
    return server.dump(std::string("test.fs.") + collection).size();
  }

  // What is stored is what was told, and nothing besides it.
  void check(const std::vector<int>& failed, std::optional<gridfs::Leftover::Kind> leftover = std::nullopt) const {
    REQUIRE(outcomes.size() == file_count);
    for (int i = 0; i < file_count; ++i) {
      const auto& outcome = outcomes[static_cast<std::size_t>(i)];
      INFO(i);
      CHECK(outcome.filename == std::to_string(i));
      CHECK(outcome.leftover.has_value() == leftover.has_value());
      if (outcome.leftover && leftover) CHECK(outcome.leftover->kind == *leftover);
      const bool expected = std::find(failed.begin(), failed.end(), i) == failed.end();
      CHECK(outcome.file.has_value() == expected);
      CHECK((outcome.error == nullptr) == expected);
    }
    const std::size_t stored = file_count - failed.size();
    CHECK(count("files") == stored);
    CHECK(count("chunks") == stored * chunks_per_file);
    std::map<std::string, int> chunks_of;
    for (const std::string& chunk : server.dump("test.fs.chunks")) {
      ++chunks_of[gridfs::Document::from_json(chunk).find("files_id")->to_json()];
    }
    for (const auto& outcome : outcomes) {
      CHECK(chunks_of[outcome.id.to_json()] == (outcome.file ? static_cast<int>(chunks_per_file) : 0));
    }
  }

  void check_all_failed(std::optional<gridfs::Leftover::Kind> leftover = std::nullopt) const {
    check({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, leftover);
  }

  [[nodiscard]] std::string error_of(std::size_t file) const {
    try {
      std::rethrow_exception(outcomes.at(file).error);
    } catch (const std::exception& error) {
      return error.what();
    }
  }

  ScriptedServer server;
  int parallelism = GENERATE(1, 8);
  std::size_t chunks_per_file = 3;
  bool ids_given = false;
  std::stop_source stop;
  std::vector<gridfs::BatchOutcome> outcomes;
};

}  // namespace

TEST_CASE("packing: a chunk that is refused takes its file with it, and no other") {
  const int chunk = GENERATE(0, 13, 29);
  Packing packing(R"([{"on": "insert", "collection": "chunks", "do": "write_error", "code": 14031,
                       "message": "disk full", "index": )" +
                  std::to_string(chunk) + "}]");
  packing.store();
  packing.check({chunk / 3});
  const auto file = static_cast<std::size_t>(chunk / 3);
  CHECK(packing.error_of(file) == "storing " + std::to_string(file) + ": disk full");
}

TEST_CASE("packing: a files document that is refused takes its chunks with it, and no other file") {
  const int file = GENERATE(0, 4, 9);
  Packing packing(R"([{"on": "insert", "collection": "files", "do": "write_error", "code": 14031, "index": )" +
                  std::to_string(file) + "}]");
  packing.store();
  packing.check({file});
}

TEST_CASE("packing: a refusal that passes is tried again") {
  const std::string collection = GENERATE("chunks", "files");
  Packing packing(R"([{"on": "insert", "do": "write_error", "code": 10107, "index": 4, "collection": ")" + collection +
                  R"("}])");
  packing.store();
  packing.check({});
}

TEST_CASE("packing: an insert that is refused as a whole leaves nothing, and each file is told by its name") {
  const std::string collection = GENERATE("chunks", "files");
  Packing packing(R"([{"on": "insert", "do": "error", "code": 14031, "message": "disk full", "collection": ")" +
                  collection + R"("}])");
  packing.store();
  packing.check_all_failed();
  CHECK(packing.error_of(0) == "storing 0: disk full");
  CHECK(packing.error_of(9) == "storing 9: disk full");
}

TEST_CASE("packing: an insert that is done although the server says otherwise is removed") {
  const std::string collection = GENERATE("chunks", "files");
  Packing packing(R"([{"on": "insert", "do": "error", "code": 14031, "when": "after", "collection": ")" + collection +
                  R"("}])");
  packing.store();
  packing.check_all_failed();
}

TEST_CASE("packing: a write concern that is not met is no success") {
  const std::string collection = GENERATE("chunks", "files");
  Packing packing(R"([{"on": "insert", "do": "write_concern_error", "code": 64, "collection": ")" + collection +
                  R"("}])");
  packing.store();
  packing.check_all_failed();
}

TEST_CASE("packing: an answer that is lost stores nothing twice and forgets nothing") {
  const std::string collection = GENERATE("chunks", "files");
  const std::string when = GENERATE("before", "after", "in_reply");
  const std::string times = GENERATE("1", "3");
  Packing packing(R"([{"on": "insert", "do": "close", "collection": ")" + collection + R"(", "when": ")" + when +
                  R"(", "times": )" + times + "}]");
  packing.store();
  packing.check({});
}

TEST_CASE("packing: when the retries are used up the chunks are removed, and may come late") {
  // What was done before its answer was lost is found by a retry, so that here there is none.
  const bool done = GENERATE(false, true);
  Packing packing(std::string(R"([{"on": "insert", "do": "close", "times": 0, "collection": "chunks")") +
                  (done ? R"(, "when": "after"}])" : "}]"));
  packing.store(done ? 0 : 2);
  packing.check_all_failed(gridfs::Leftover::Kind::chunks);
  CHECK_THROWS_AS(std::rethrow_exception(packing.outcomes[5].error), gridfs::ConnectionError);
  CHECK_THAT(packing.error_of(5), Catch::Matchers::StartsWith("storing 5: "));
}

TEST_CASE("packing: files documents that are there although their answer was lost are stored") {
  Packing packing(R"([{"on": "insert", "do": "close", "times": 0, "collection": "files", "when": "after"}])");
  packing.store(0);
  packing.check({});
}

TEST_CASE("packing: files documents that may come late keep their chunks") {
  Packing packing(R"([{"on": "insert", "do": "close", "times": 0, "collection": "files"}])");
  packing.store(2);
  REQUIRE(packing.outcomes.size() == file_count);
  for (const auto& outcome : packing.outcomes) {
    CHECK(outcome.error);
    REQUIRE(outcome.leftover);
    CHECK(outcome.leftover->kind == gridfs::Leftover::Kind::file_or_chunks);
    CHECK(outcome.leftover->id == outcome.id);
  }
  CHECK(packing.count("files") == 0);
  CHECK(packing.count("chunks") == file_count * packing.chunks_per_file);
}

TEST_CASE("packing: a primary that steps down in the middle") {
  const std::string collection = GENERATE("chunks", "files");
  Packing packing(R"({"topology": "replica_set", "nodes": 2, "rules": [{"on": "insert", "do": "step_down",
                      "milliseconds": 100, "collection": ")" +
                  collection + R"("}]})");
  packing.store(20);
  packing.check({});
}

TEST_CASE("packing: a stop leaves nothing half done") {
  const std::string collection = GENERATE("chunks", "files");
  Packing packing(R"([{"on": "insert", "do": "error", "code": 10107, "times": 0, "collection": ")" + collection +
                  R"("}])");
  std::jthread stopper([&] {
    while (packing.server.count("insert").answered < 2) std::this_thread::sleep_for(1ms);
    packing.stop.request_stop();
  });
  packing.store(1000);
  packing.check_all_failed();
  CHECK_THROWS_AS(std::rethrow_exception(packing.outcomes[9].error), gridfs::Stopped);
}

TEST_CASE("packing: what another program removes while it is being stored is not told to be stored") {
  Packing packing(R"([{"on": "insert", "collection": "files", "do": "error", "code": 10107, "times": 0}])");
  packing.chunks_per_file = 1;
  packing.ids_given = true;
  const auto removed = GENERATE(std::vector{0}, std::vector{4, 5, 9}, std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  std::jthread remover([&] { packing.remove_before_files_are_stored(removed); });
  packing.store(1000);
  packing.check(removed);
  const auto last = static_cast<std::size_t>(removed.back());
  CHECK(packing.error_of(last) ==
        "storing " + std::to_string(last) + ": removed by another program while it was being stored");
}

TEST_CASE("packing: what cannot be removed is said") {
  Packing packing(R"([{"on": "insert", "collection": "files", "do": "error", "code": 14031},
                      {"on": "delete", "do": "error", "code": 13, "times": 0}])");
  packing.store();
  REQUIRE(packing.outcomes.size() == file_count);
  for (const auto& outcome : packing.outcomes) {
    CHECK(outcome.error);
    REQUIRE(outcome.leftover);
    CHECK_THAT(outcome.leftover->reason,
               Catch::Matchers::StartsWith("cleaning up the partial upload of 0 and 9 more: "));
  }
}

TEST_CASE("packing: servers that take small messages only get small ones") {
  Packing packing(R"({"max_write_batch_size": 7, "rules": []})");
  packing.store();
  packing.check({});
}

TEST_CASE("packing: as few round trips as there can be") {
  Packing packing("[]");
  packing.store();
  packing.check({});
  CHECK(packing.server.count("insert").received == 2);
}
