#include "bucket/chunks/chunk_batch.hpp"

#include <array>
#include <string>

#include "bucket/bson/bson_bridge.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace gridfs;
using namespace gridfs::detail;
using gridfs::test::bytes_of;

namespace {

// The same chunk, as libbson writes it.
Document chunk(const bson_oid_t& id, const Value& files_id, std::int32_t n, const std::string& data) {
  Bson bson;
  bson_append_oid(bson.get(), "_id", -1, &id);
  append(bson.get(), "files_id", files_id);
  append(bson.get(), "n", n);
  bson_append_binary(bson.get(), "data", -1, BSON_SUBTYPE_BINARY, reinterpret_cast<const std::uint8_t*>(data.data()),
                     static_cast<std::uint32_t>(data.size()));
  return to_document(bson.get());
}

}  // namespace

TEST_CASE("a batch holds the documents that libbson would make") {
  const Value files_id = GENERATE(Value("text"), Value(), Value(std::int64_t{1}), Value::new_object_id());
  const std::size_t capacity = GENERATE(std::size_t{0}, std::size_t{1'000'000});
  const std::array<std::string, 4> data{"0123456", "in three parts", std::string(300'000, 'x'), "z"};
  ChunkIds ids;
  ChunkBatch batch(capacity);
  CHECK(batch.empty());
  batch.add(ids.next(), files_id, 0, bytes_of(data[0]));
  batch.begin(ids.next(), files_id, 1);
  for (const char* part : {"in ", "", "three ", "parts"}) batch.extend(bytes_of(part));
  batch.end();
  batch.add(ids.next(), files_id, 2, bytes_of(data[2]));
  batch.add(ids.next(), files_id, 3, bytes_of(data[3]));

  REQUIRE(batch.size() == data.size());
  const auto documents = batch.documents();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    INFO(i);
    CHECK((to_document(&documents[i].bson) == chunk(batch.ids()[i], files_id, static_cast<std::int32_t>(i), data[i])));
  }
}

TEST_CASE("a batch can be used again") {
  ChunkIds ids;
  ChunkBatch batch(100);
  batch.add(ids.next(), Value("a"), 0, bytes_of("old"));
  batch.clear();
  CHECK(batch.empty());
  CHECK(batch.data_bytes() == 0);
  const bson_oid_t id = ids.next();
  batch.add(id, Value("b"), 7, bytes_of("new"));
  REQUIRE(batch.size() == 1);
  CHECK(batch.data_bytes() == 3);
  CHECK(to_document(&batch.documents()[0].bson) == chunk(id, Value("b"), 7, "new"));
}

TEST_CASE("a batch finds its own chunks by their ids") {
  ChunkIds ids;
  // Beyond the end of the counter, which has three bytes.
  const int before = GENERATE(0, (1 << 24) - 2);
  for (int i = 0; i < before; ++i) static_cast<void>(ids.next());
  ChunkBatch batch(0);
  for (int n = 0; n < 5; ++n) batch.add(ids.next(), Value("a"), n, {});
  for (std::size_t i = 0; i < batch.size(); ++i) {
    CHECK(batch.index_of(batch.ids()[i]) == i);
    CHECK(ids.is_ours(batch.ids()[i]));
  }
  ChunkIds others;
  CHECK_FALSE(batch.index_of(ids.next()));
  CHECK_FALSE(batch.index_of(others.next()));
  CHECK_FALSE(ids.is_ours(others.next()));
  batch.clear();
  CHECK_FALSE(batch.index_of(ids.next()));
}
