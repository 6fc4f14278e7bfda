#include "util/text/sha256.hpp"

#include <string_view>

#include "support/catch.hpp"

using gridfs::util::Sha256;

TEST_CASE("SHA-256 of the standard's examples") {
  Sha256 hash;
  CHECK(hash.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  hash.update(std::as_bytes(std::span(std::string_view("abc"))));
  CHECK(hash.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("asking for the digest does not end the hashing") {
  Sha256 whole;
  whole.update(std::as_bytes(std::span(std::string_view("abcdef"))));
  Sha256 parts;
  parts.update(std::as_bytes(std::span(std::string_view("abc"))));
  static_cast<void>(parts.hex());
  parts.update(std::as_bytes(std::span(std::string_view("def"))));
  CHECK(parts.hex() == whole.hex());
}
