#include <limits>

#include "gridfs/document.hpp"
#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"
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

TEST_CASE("what a terminal may obey is escaped in JSON, and reads back as the same value") {
  const auto [text, json] =
      GENERATE(table<const char*, const char*>({{"\x7F", R"("\u007f")"},
                                                {"\u0080 \u009b31mX\u009f", R"("\u0080 \u009b31mX\u009f")"},
                                                {"\u061c\u200e\u200f", R"("\u061c\u200e\u200f")"},
                                                {"\u2028\u2029\u202a\u202e", R"("\u2028\u2029\u202a\u202e")"},
                                                {"\u2066\u2069", R"("\u2066\u2069")"},
                                                {"\\\u009b", R"("\\\u009b")"},
                                                {"\u00a0\u0600\u200d\u2027\u202f\u2065\u206a", nullptr},
                                                {"~ \u00e4 \U0001f600", nullptr}}));
  CAPTURE(text);
  const Value value(text);
  CHECK(value.to_json() == (json == nullptr ? '"' + std::string(text) + '"' : json));
  CHECK(value.to_canonical_json() == value.to_json());
  CHECK(Value::from_json(value.to_json()) == value);
  const Document document = Document().append(text, value);
  CHECK(document.to_json() == "{ " + value.to_json() + " : " + value.to_json() + " }");
  CHECK(Document::from_json(document.to_json()) == document);
}

TEST_CASE("JSON numbers take the type that holds them") {
  CHECK(Value::from_json("42") == Value(std::int32_t{42}));
  CHECK(Value::from_json("-2147483648") == Value(std::int32_t{-2147483647 - 1}));
  CHECK(Value::from_json("2147483648") == Value(std::int64_t{2147483648}));
  CHECK(Value::from_json("42.0") == Value(42.0));
  CHECK(Value::from_json("1e2") == Value(100.0));
}

TEST_CASE("JSON numbers at the ends of their types") {
  CHECK(Value::from_json("9223372036854775807").as_integer() == std::numeric_limits<std::int64_t>::max());
  CHECK(Value::from_json("-9223372036854775808").as_integer() == std::numeric_limits<std::int64_t>::min());
  CHECK(Value::from_json("1.7976931348623157e308") == Value(std::numeric_limits<double>::max()));
  CHECK(Value::from_json("4.9e-324") == Value(std::numeric_limits<double>::denorm_min()));
  CHECK(Value::from_json("0e-999") == Value(0.0));
  CHECK(Value::from_json("123456789012345678901234567890.5") == Value(123456789012345678901234567890.5));
  CHECK(Value::from_json(R"(["18446744073709551617", "$timestamp", "\"18446744073709551617"])").as_array()->size() ==
        3);
  CHECK(Value::from_json(R"({"$numberDouble": "-Infinity"})") == Value(-std::numeric_limits<double>::infinity()));
}

TEST_CASE("JSON numbers and dates that no BSON type holds are refused, wherever they stand") {
  const std::string number =
      GENERATE("18446744073709551617"s, "-18446744073709551617"s, "9223372036854775808"s, "-9223372036854775809"s,
               "18446744073709551616"s, "99999999999999999999999999"s, "1e999"s, "-1e999"s, "1e-999"s,
               R"({"$numberLong": "18446744073709551617"})"s, R"({"$numberInt": "2147483648"})"s,
               R"({"$numberDouble": "1.5x"})"s, R"({"$numberDouble": "1e999"})"s,
               R"({"$numberDecimal": "12345678901234567890123456789012345678901234567890"})"s,
               R"({"$numberDecimal": "1e99999"})"s, R"({"$numberDecimal": "x"})"s,
               R"({"$timestamp": {"t": 4294967296, "i": 1}})"s, R"({"$timestamp": {"t": 1, "i": 4294967296}})"s,
               R"({"$date": 18446744073709551617})"s, R"({"$date": "2023-02-29T00:00:00Z"})"s);
  INFO(number);
  for (const std::string& json : {number, "[" + number + "]", R"({"a": {"b": [1, )" + number + "]}}"}) {
    CHECK_THROWS_AS(Value::from_json(json), ConfigurationError);
  }
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
  const Value value = Value::Holder::take(Document::from_bytes(std::as_bytes(std::span(sized))));
  CHECK(value.as_string() == "\xFF");
  CHECK(value.to_json() == "\"\xEF\xBF\xBD\"");
}
