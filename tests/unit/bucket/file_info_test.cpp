#include "gridfs/file_info.hpp"

#include "gridfs/error.hpp"

#include "support/catch.hpp"

using namespace gridfs;

namespace {

FileInfo file(const std::string& json) { return FileInfo(Document::from_json(json)); }

}  // namespace

TEST_CASE("a files document in the present layout") {
  const FileInfo info = file(R"({"_id": {"$oid": "4f0123456789abcdef012345"}, "length": {"$numberLong": "261121"},
      "chunkSize": 261120, "uploadDate": {"$date": "2026-01-02T03:04:05.678Z"}, "filename": "a.txt",
      "metadata": {"contentType": "text/plain"}})");
  CHECK(info.id().as_object_id() == "4f0123456789abcdef012345");
  CHECK(info.length() == 261121);
  CHECK(info.chunk_size() == 261120);
  CHECK(info.chunk_count() == 2);
  CHECK(info.upload_date()->time_since_epoch().count() == 1767323045678);
  CHECK(info.filename() == "a.txt");
  CHECK(info.content_type() == "text/plain");
  CHECK(info.metadata() == Document::from_json(R"({"contentType": "text/plain"})"));
  CHECK_FALSE(info.md5());
  CHECK(info.aliases().empty());
}

TEST_CASE("lengths of any numeric type, if they are whole numbers from 0") {
  const auto length = [](const std::string& json) { return file(R"({"length": )" + json + "}").length(); };
  CHECK(length("0") == 0);
  CHECK(length(R"({"$numberInt": "7"})") == 7);
  CHECK(length(R"({"$numberLong": "9223372036854775807"})") == 9223372036854775807);
  CHECK(length("5e9") == 5'000'000'000);
  CHECK(length("-0.0") == 0);
  for (const char* wrong : {"-1", "0.5", "1e300", R"({"$numberDouble": "NaN"})", R"({"$numberDouble": "Infinity"})",
                            "9223372036854775808.0", R"("7")", "null", "[7]", "true"}) {
    INFO(wrong);
    CHECK_THROWS_AS(length(wrong), CorruptFile);
  }
  CHECK_THROWS_AS(file("{}").length(), CorruptFile);
}

TEST_CASE("chunk sizes from 1 to 2^31 - 1") {
  const auto size = [](const std::string& json) { return file(R"({"chunkSize": )" + json + "}").chunk_size(); };
  CHECK(size("1") == 1);
  CHECK(size("2147483647") == 2147483647);
  CHECK(size("1024.0") == 1024);
  for (const char* wrong : {"0", "-1", "2147483648", "0.5", R"("4")", "null"}) {
    INFO(wrong);
    CHECK_THROWS_AS(size(wrong), CorruptFile);
  }
  CHECK_THROWS_AS(file("{}").chunk_size(), CorruptFile);
  CHECK_THROWS_AS(file(R"({"length": 1})").chunk_count(), CorruptFile);
}

TEST_CASE("an empty files document") {
  const FileInfo info = file("{}");
  CHECK_THROWS_AS(info.id(), CorruptFile);
  CHECK_FALSE(info.filename());
  CHECK_FALSE(info.upload_date());
  CHECK_FALSE(info.metadata());
  CHECK_FALSE(info.md5());
  CHECK_FALSE(info.content_type());
  CHECK(info.aliases().empty());
}

TEST_CASE("fields of types that they should not have") {
  const FileInfo info =
      file(R"({"_id": null, "filename": 1, "uploadDate": "x", "metadata": [], "md5": 1, "contentType": {},
               "aliases": ["a", 1, "b"]})");
  CHECK(info.id() == Value());
  CHECK_FALSE(info.filename());
  CHECK_FALSE(info.upload_date());
  CHECK_FALSE(info.metadata());
  CHECK_FALSE(info.md5());
  CHECK_FALSE(info.content_type());
  CHECK(info.aliases() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("content types") {
  CHECK(file(R"({"contentType": "a"})").content_type() == "a");
  CHECK(file(R"({"contentType": "a", "metadata": {"contentType": "b"}})").content_type() == "b");
  CHECK(file(R"({"contentType": "a", "metadata": {"contentType": 1}})").content_type() == "a");
  CHECK(file(R"({"contentType": "a", "metadata": {}})").content_type() == "a");
}
