#include "gridfs/document.hpp"
#include "gridfs/error.hpp"

#include "support/catch.hpp"

using namespace gridfs;
using namespace std::string_literals;

TEST_CASE("values as relaxed Extended JSON") {
  CHECK(Value().to_json() == "null");
  CHECK(Value(true).to_json() == "true");
  CHECK(Value(std::int32_t{42}).to_json() == "42");
  CHECK(Value(std::int64_t{42}).to_json() == "42");
  CHECK(Value(1.5).to_json() == "1.5");
  CHECK(Value("a: } \"").to_json() == R"("a: } \"")");
  CHECK(Value("").to_json() == R"("")");
  CHECK(Value(Document()).to_json() == "{  }");
  CHECK(Value::from_json(R"({"}": ":"})").to_json() == R"({ "}" : ":" })");
  CHECK(Value::object_id("4f0123456789abcdef012345").to_json() == R"({ "$oid" : "4f0123456789abcdef012345" })");
  CHECK(Value(DateTime()).to_json() == R"({ "$date" : "1970-01-01T00:00:00Z" })");
  CHECK(Value(DateTime(std::chrono::milliseconds(-1))).to_json() == R"({ "$date" : { "$numberLong" : "-1" } })");
}

TEST_CASE("values as canonical Extended JSON read back as the same value") {
  CHECK(Value(std::int32_t{42}).to_canonical_json() == R"({ "$numberInt" : "42" })");
  CHECK(Value(std::int64_t{42}).to_canonical_json() == R"({ "$numberLong" : "42" })");
  const char* json = GENERATE(
      "null", "true", "42", R"({"$numberLong": "42"})", "1.5", R"({"$numberDouble": "NaN"})", R"("text")", R"("")",
      "[]", "{}", R"({"a": [{"b": null}]})", R"({"$oid": "4f0123456789abcdef012345"})",
      R"({"$date": {"$numberLong": "-62135596800001"}})", R"({"$binary": {"base64": "AAECAw==", "subType": "80"}})",
      R"({"$timestamp": {"t": 4294967295, "i": 1}})", R"({"$numberDecimal": "1.10"})", R"({"$minKey": 1})",
      R"({"$maxKey": 1})", R"({"$regularExpression": {"pattern": "^a/", "options": "im"}})", R"({"$code": "f"})",
      R"({"$symbol": "s"})", R"({"$undefined": true})");
  INFO(json);
  const Value value = Value::from_json(json);
  CHECK(Value::from_json(value.to_canonical_json()) == value);
}

TEST_CASE("JSON numbers take the type that holds them") {
  CHECK(Value::from_json("42") == Value(std::int32_t{42}));
  CHECK(Value::from_json("-2147483648") == Value(std::int32_t{-2147483647 - 1}));
  CHECK(Value::from_json("2147483648") == Value(std::int64_t{2147483648}));
  CHECK(Value::from_json("42.0") == Value(42.0));
  CHECK(Value::from_json("1e2") == Value(100.0));
}

TEST_CASE("JSON strings with escapes") {
  CHECK(Value::from_json(R"("\u00e4\n\"\\\/")").as_string() == "\xC3\xA4\n\"\\/");
  CHECK(Value::from_json(R"("\ud83d\ude00")").as_string() == "\xF0\x9F\x98\x80");
  CHECK(Value::from_json("\"\xC3\xA4\"").as_string() == "\xC3\xA4");
}

TEST_CASE("what is not one JSON value") {
  const std::string json = GENERATE(
      ""s, " "s, "x"s, "nul"s, "True"s, "1 2"s, "1, 2"s, "1}"s, "1, \"v\": 2"s, "\"a"s, "'a'"s, "\"\xFF\""s, "\"a\0\""s,
      "[1"s, "[1]]"s, "1} {\"v\": 1"s, "1, \"end of gridfs value\": true}"s, "//"s, "{\"$oid\": 1}"s,
      "{\"$numberLong\": \"x\"}"s, "{\"$date\": \"yesterday\"}"s, "-"s, "01"s, "1."s, ".5"s, "+1"s);
  INFO(json);
  CHECK_THROWS_AS(Value::from_json(json), ConfigurationError);
}

TEST_CASE("strings that are not UTF-8 are shown with replacements") {
  // Only documents from elsewhere hold such strings.
  const std::string bytes = "\x0E\0\0\0\x02\0\x02\0\0\0\xFF\0\0"s;
  const std::string sized = static_cast<char>(bytes.size()) + bytes.substr(1);
  const Value value = Value::from_holder(Document::from_bytes(std::as_bytes(std::span(sized))));
  CHECK(value.as_string() == "\xFF");
  CHECK(value.to_json() == "\"\xEF\xBF\xBD\"");
}
