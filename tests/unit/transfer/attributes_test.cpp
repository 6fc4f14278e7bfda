#include "transfer/attributes.hpp"

#include "support/catch.hpp"

using namespace gridfs;
using namespace gridfs::transfer;

namespace {

Attributes attributes_of(const std::string& metadata) {
  return stored_attributes(FileInfo(
      Document::from_json(R"({"uploadDate": {"$date": {"$numberLong": "1000"}}, "metadata": )" + metadata + "}")));
}

DateTime date(std::int64_t milliseconds) { return DateTime(std::chrono::milliseconds(milliseconds)); }

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a stored time and mode", "[attributes]") {
  const auto stored = attributes_of(R"({"mtime": {"$date": {"$numberLong": "-1"}}, "mode": 33188})");
  CHECK(stored.modified == date(-1));
  CHECK(stored.mode == 0644U);
  CHECK(stored.ignored.empty());
}

TEST_CASE("the upload date in place of the time", "[attributes]") {
  CHECK(attributes_of("{}").modified == date(1000));
  CHECK_FALSE(attributes_of("{}").mode);
  CHECK(attributes_of("{}").ignored.empty());
  CHECK_FALSE(stored_attributes(FileInfo(Document())).modified);
}

TEST_CASE("values that do not fit are ignored", "[attributes]") {
  const auto stored = attributes_of(R"({"mtime": "2026-01-01", "mode": "0644"})");
  CHECK(stored.modified == date(1000));
  CHECK_FALSE(stored.mode);
  CHECK(stored.ignored == Names{"metadata.mtime", "metadata.mode"});
  for (const char* mode : {"-1", "65536", "0.5", "null"}) {
    CHECK(attributes_of(std::string(R"({"mode": )") + mode + "}").ignored == Names{"metadata.mode"});
  }
}

TEST_CASE("bits that change the user are stored, but not restored", "[attributes]") {
  struct stat status {};
  status.st_mode = S_IFREG | 06755;
  status.st_mtim = {-1, 999'999'999};
  const Document metadata = with_attributes(Document::from_json(R"({"mode": 1, "a": 2})"), status);
  CHECK(metadata.to_json() == R"({ "a" : 2, "mtime" : { "$date" : { "$numberLong" : "-1" } }, "mode" : 3565 })");
  CHECK(stored_attributes(FileInfo(Document().append("metadata", Value(metadata)))).mode == 0755U);
}
