#include "transfer/checksum.hpp"

#include <span>
#include <string>
#include <string_view>

#include "gridfs/error.hpp"

#include "support/catch.hpp"

using gridfs::Document;
using gridfs::FileInfo;
using gridfs::transfer::checksum_warning;
using gridfs::transfer::compare_checksum;
using gridfs::transfer::HashingThread;
using gridfs::transfer::require_checksum;
using gridfs::transfer::stored_sha256;

namespace {

// Of `abc` (FIPS 180-2, appendix B.1).
constexpr std::string_view abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

FileInfo with_metadata(const std::string& json) {
  return FileInfo(Document::from_json(R"({"_id": 1, "length": 3, "metadata": )" + json + "}"));
}

}  // namespace

TEST_CASE("bytes are hashed while something else is done with them") {
  HashingThread hash;
  std::string done;
  for (const std::string_view part : {"a", "", "bc"}) {
    hash.update(std::as_bytes(std::span(part)), [&] { done += part; });
  }
  CHECK(hash.hex() == abc);
  CHECK(done == "abc");
}

TEST_CASE("what fails while bytes are hashed comes out once they are hashed") {
  HashingThread hash;
  {
    const std::string part = "abc";
    CHECK_THROWS_AS(hash.update(std::as_bytes(std::span(part)), [] { throw gridfs::CorruptFile("damaged"); }),
                    gridfs::CorruptFile);
  }
  CHECK(hash.hex() == abc);
}

TEST_CASE("a stored checksum is one of 64 hexadecimal digits") {
  const std::string upper = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
  CHECK(stored_sha256(with_metadata(R"({"sha256": ")" + upper + "\"}")) == abc);
  CHECK_FALSE(stored_sha256(with_metadata(R"({"sha256": "abc"})")));
  CHECK_FALSE(stored_sha256(with_metadata(R"({"sha256": 5})")));
  CHECK_FALSE(stored_sha256(with_metadata("{}")));
}

TEST_CASE("a stored checksum that is none is warned about, a missing one is not") {
  const auto valid = with_metadata(R"({"sha256": ")" + std::string(abc) + "\"}");
  CHECK_FALSE(checksum_warning(valid));
  CHECK_NOTHROW(require_checksum(valid));
  CHECK_FALSE(checksum_warning(with_metadata("{}")));
  CHECK_THROWS_WITH(require_checksum(with_metadata("{}")), "file 1 (3 bytes): no checksum is stored with it");
  for (const char* json : {R"({"sha256": "zz"})", R"({"sha256": 5})", R"({"sha256": null})"}) {
    CHECK(checksum_warning(with_metadata(json)) == "file 1 (3 bytes): metadata.sha256 is not valid, and is ignored");
    CHECK_THROWS_WITH(require_checksum(with_metadata(json)), "file 1 (3 bytes): the stored checksum is not valid");
  }
}

TEST_CASE("a checksum that differs is damage, a missing one is not") {
  const auto file = with_metadata(R"({"sha256": ")" + std::string(abc) + "\"}");
  CHECK_NOTHROW(compare_checksum(file, std::string(abc)));
  CHECK_THROWS_AS(compare_checksum(file, std::string(64, '0')), gridfs::CorruptFile);
  CHECK_NOTHROW(compare_checksum(with_metadata("{}"), std::string(64, '0')));
}
