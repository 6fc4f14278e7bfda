#include "transfer/file_text.hpp"

#include "support/catch.hpp"

using gridfs::DateTime;
using gridfs::Document;
using gridfs::FileInfo;
using gridfs::transfer::describe_file;
using gridfs::transfer::format_date;

TEST_CASE("a date is shown in UTC with milliseconds") {
  CHECK(format_date(DateTime(std::chrono::milliseconds(0))) == "1970-01-01T00:00:00.000Z");
  CHECK(format_date(DateTime(std::chrono::milliseconds(1'700'000'000'123))) == "2023-11-14T22:13:20.123Z");
  CHECK(format_date(DateTime(std::chrono::milliseconds(-1))) == "1969-12-31T23:59:59.999Z");
  CHECK(format_date(std::nullopt) == "-");
}

TEST_CASE("a file is described as far as its document is valid") {
  CHECK(describe_file(FileInfo(Document::from_json(R"({"_id": 7, "length": 12, "filename": "a"})"))) ==
        "file 7 ('a', 12 bytes)");
  CHECK(describe_file(FileInfo(Document::from_json(R"({"_id": 7, "length": 12})"))) == "file 7 (12 bytes)");
  CHECK(describe_file(FileInfo(Document::from_json(R"({"_id": 7, "length": "x", "filename": "a"})"))) ==
        "file 7 ('a')");
  CHECK(describe_file(FileInfo(Document::from_json(R"({"_id": "x"})"))) == "file x");
}

TEST_CASE("a date beyond all that nanoseconds can count is shown") {
  CHECK(format_date(DateTime(std::chrono::milliseconds(253'402'300'800'000))) == "10000-01-01T00:00:00.000Z");
  CHECK_FALSE(format_date(DateTime(std::chrono::milliseconds::max())).empty());
  CHECK_FALSE(format_date(DateTime(std::chrono::milliseconds::min())).empty());
}
