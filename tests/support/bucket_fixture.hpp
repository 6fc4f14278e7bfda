/// A bucket of a test's own, and its two collections.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "gridfs/bucket.hpp"

#include "support/catch.hpp"
#include "support/raw_collection.hpp"
#include "support/test_server.hpp"

namespace gridfs::test {

/// Options for a client of the server that the tests use.
inline ClientOptions client_options(const std::string& uri = server_uri()) {
  ClientOptions options;
  options.uri = uri;
  options.retry.delay = std::chrono::milliseconds(1);
  return options;
}

/// Small chunks, so that few bytes make many.
inline BucketOptions bucket_options(const std::string& name, std::int32_t chunk_size = 4) {
  BucketOptions options;
  options.name = name;
  options.chunk_size_bytes = chunk_size;
  options.parallelism = 64;  // the most, which makes the smallest batches
  return options;
}

/// Chunks of which two make a batch, for what is to happen between the batches of an upload.
inline UploadOptions large_chunks() {
  UploadOptions options;
  options.chunk_size_bytes = 500'000;
  return options;
}

/// How many of them make three batches, the last of one chunk that is not full.
constexpr std::size_t three_batches = 4 * 500'000 + 1;

/// For TEST_CASE_METHOD: every test case gets a new one.
struct BucketFixture {
  std::string name = new_bucket_name();
  Client client{client_options()};
  Bucket bucket{client, database_name(), bucket_options(name)};
  RawCollection files{database_name(), name + ".files"};
  RawCollection chunks{database_name(), name + ".chunks"};

  Value upload(std::string_view filename, const std::string& content, const UploadOptions& options = {}) const {
    std::istringstream source(content);
    return bucket.upload_from_stream(filename, source, options);
  }

  void upload_with_id(const Value& id, std::string_view filename, const std::string& content,
                      const UploadOptions& options = {}) const {
    std::istringstream source(content);
    bucket.upload_from_stream_with_id(id, filename, source, options);
  }

  [[nodiscard]] std::string download(const Value& id) const {
    std::ostringstream destination;
    bucket.download_to_stream(id, destination);
    return destination.str();
  }

  [[nodiscard]] std::string download_by_name(std::string_view filename, std::int32_t revision = -1) const {
    std::ostringstream destination;
    bucket.download_to_stream_by_name(filename, destination, revision);
    return destination.str();
  }

  /// The chunks of a file in their order.
  std::vector<Document> chunks_of(const Value& id) { return chunks.find(by("files_id", id), R"({"n": 1})"); }

  /// Stores a file whose upload date is `seconds` after the epoch.
  Value upload_at(int seconds, std::string_view filename, const std::string& content) {
    const Value id = upload(filename, content);
    const std::string date = std::to_string(seconds) + "000";
    files.update(by("_id", id), R"({"$set": {"uploadDate": {"$date": {"$numberLong": ")" + date + R"("}}}})");
    return id;
  }

  /// `{key: {$eq: value}}` as JSON.
  static std::string by(const std::string& key, const Value& value) {
    return R"({")" + key + R"(": {"$eq": )" + value.to_canonical_json() + "}}";
  }
};

/// The number that a field holds.
inline std::int64_t number(const Document& document, std::string_view key) {
  return document.find(key).value().as_integer().value();
}

struct BinaryText {
  int subtype = -1;
  std::string data;
};

/// The binary data that a field holds.
inline BinaryText binary(const Document& document, std::string_view key) {
  const auto binary = document.find(key).value().as_binary();
  REQUIRE(binary);
  return {binary->subtype, std::string(reinterpret_cast<const char*>(binary->bytes.data()), binary->bytes.size())};
}

/// `length` bytes of which no two neighbouring chunks are alike.
inline std::string content_of(std::size_t length) {
  std::string content(length, '\0');
  std::uint32_t state = 1;
  for (char& byte : content) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return content;
}

}  // namespace gridfs::test
