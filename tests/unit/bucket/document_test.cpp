#include "gridfs/document.hpp"

#include <limits>

#include "gridfs/error.hpp"

#include "support/catch.hpp"

using namespace gridfs;
using namespace std::string_literals;

namespace {

// The document {"s": TEXT} with any bytes as text.
Document with_text(const std::string& text) {
  std::string bson = "\x02s"s + '\0' + static_cast<char>(text.size() + 1) + "\0\0\0"s + text + "\0\0"s;
  bson = static_cast<char>(bson.size() + 4) + "\0\0\0"s + bson;
  return Document::from_bytes(std::as_bytes(std::span(bson)));
}

// The bytes of {"": {"": … {} … }}, so many documents within each other.
std::string nested(int levels) {
  std::string head;
  for (int size = 5 + 7 * (levels - 1); size > 5; size -= 7) {
    for (int shift = 0; shift < 32; shift += 8) head += static_cast<char>(size >> shift);
    head += "\x03\0"s;
  }
  return head + "\x05\0\0\0\0"s + std::string(static_cast<std::size_t>(levels - 1), '\0');
}

}  // namespace

TEST_CASE("the empty document") {
  const Document empty;
  CHECK(empty.empty());
  CHECK(empty.bytes().size() == 5);
  CHECK(empty.to_json() == "{ }");
  CHECK(empty.fields().empty());
  CHECK_FALSE(empty.find("a"));
  CHECK(empty == Document::from_json("{}"));
  CHECK(empty == Document::from_bytes(empty.bytes()));
}

TEST_CASE("documents from JSON and back") {
  const char* json = GENERATE(R"({ "a" : 1 })", R"({ "a" : { "b" : [ 1, "x", null, true ] } })", R"({ "" : "" })",
                              R"({ "_id" : { "$oid" : "4f0123456789abcdef012345" } })", R"({ "a.b" : 1.5, "$c" : 2 })");
  const Document document = Document::from_json(json);
  CHECK(document.to_json() == json);
  CHECK(Document::from_json(document.to_json()) == document);
  CHECK(Document::from_bytes(document.bytes()) == document);
}

TEST_CASE("what is no JSON object") {
  const std::string json = GENERATE(""s, " "s, "{"s, "}"s, "[]"s, "1"s, "null"s, "\"a\""s, "{} {}"s, "{}, \"v\": {}"s,
                                    "{}x"s, "{\"a\"}"s, "{\"a\": 1,}"s, "{'a': 1}"s, "{\"a\": \"\xFF\"}"s,
                                    "{\"a\": \"\0\"}"s, "{}}"s, "{}, \"x\": {"s, "{\"a\": {\"$oid\": \"x\"}}"s);
  INFO(json);
  CHECK_THROWS_AS(Document::from_json(json), ConfigurationError);
}

TEST_CASE("white space around JSON does not matter") {
  CHECK(Document::from_json(" \n\t{\"a\": 1}\r\n ") == Document::from_json("{\"a\":1}"));
}

TEST_CASE("what is no BSON document") {
  const std::string bytes = GENERATE(""s, "\x05"s, "\x05\0\0\0"s, "\x05\0\0\0\x01"s, "\x06\0\0\0\0"s, "\x05\0\0\0\0\0"s,
                                     "\x08\0\0\0\x10"
                                     "a\0\0"s,
                                     "\x10\0\0\0\x02"
                                     "a\0\xFF\0\0\0"
                                     "bc\0\0"s);
  CHECK_THROWS_AS(Document::from_bytes(std::as_bytes(std::span(bytes))), CorruptFile);
}

TEST_CASE("a document nests as deep as MongoDB lets it, and no deeper") {
  const auto read = [](const std::string& bytes) { return Document::from_bytes(std::as_bytes(std::span(bytes))); };
  CHECK(read(nested(200)).bytes().size() == 5 + 7 * 199);
  for (const int levels : {201, 1'000'000}) CHECK_THROWS_AS(read(nested(levels)), CorruptFile);
}

TEST_CASE("text that is not UTF-8 is kept as it is, and shown with replacements") {
  const Document document = with_text(
      "a\xFF"
      "b\xC3");
  CHECK(document.find("s")->as_string() ==
        "a\xFF"
        "b\xC3");
  CHECK(document.to_json() ==
        "{ \"s\" : \"a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\" }");
  CHECK(Document().append("copy", document.find("s").value()).find("copy") == document.find("s"));
  CHECK(Document().append("in", Value(document)).to_json() == "{ \"in\" : " + document.to_json() + " }");
}

TEST_CASE("fields in their order, and the first of a name") {
  Document document;
  document.append("b", Value(1)).append("a", Value("x")).append("b", Value(2));
  const auto fields = document.fields();
  REQUIRE(fields.size() == 3);
  CHECK(fields[0].first == "b");
  CHECK(fields[1] == std::pair("a"s, Value("x")));
  CHECK(fields[2].second == Value(2));
  CHECK(document.find("b") == Value(1));
  CHECK_FALSE(document.find("B"));
  CHECK_FALSE(document.find(""));
  CHECK_FALSE(document.find("a.b"));
}

TEST_CASE("a field's name holds no NUL") {
  CHECK_THROWS_AS(Document().append("a\0b"s, Value(1)), ConfigurationError);
  CHECK(Document().append("", Value(1)).find("") == Value(1));
}

TEST_CASE("a moved-from document is empty, and copies are of their own") {
  Document first = Document::from_json(R"({"a": 1})");
  Document copy = first;
  copy.append("b", Value(2));
  CHECK(first.fields().size() == 1);
  const Document moved = std::move(first);
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(moved.fields().size() == 1);
}

TEST_CASE("documents are equal byte for byte") {
  CHECK(Document::from_json(R"({"a": 1, "b": 2})") != Document::from_json(R"({"b": 2, "a": 1})"));
  CHECK(Document::from_json(R"({"a": 1})") != Document::from_json(R"({"a": 1.0})"));
}
