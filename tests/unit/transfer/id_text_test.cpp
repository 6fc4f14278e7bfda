#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "transfer/file_text.hpp"

using gridfs::DateTime;
using gridfs::Document;
using gridfs::Value;
using gridfs::transfer::format_id;
using gridfs::transfer::parse_id;

TEST_CASE("24 hexadecimal digits are an ObjectId, in either case") {
  const auto id = parse_id("6B06234c38bbaa85720c6331");
  CHECK(id.type() == Value::Type::object_id);
  CHECK(format_id(id) == "6b06234c38bbaa85720c6331");
  CHECK(parse_id("6b06234c38bbaa85720c633").type() == Value::Type::string);
  CHECK(parse_id("6b06234c38bbaa85720c633g").type() == Value::Type::string);
}

TEST_CASE("what begins as Extended JSON and is valid is that value") {
  CHECK(parse_id("42") == Value(std::int32_t{42}));
  CHECK(parse_id("-7") == Value(std::int32_t{-7}));
  CHECK(parse_id("5000000000") == Value(std::int64_t{5'000'000'000}));
  CHECK(parse_id(R"({"$numberLong": "42"})") == Value(std::int64_t{42}));
  CHECK(parse_id("1.5") == Value(1.5));
  CHECK(parse_id(R"("42")") == Value("42"));
  CHECK(parse_id(R"({"$oid": "6b06234c38bbaa85720c6331"})") == Value::object_id("6b06234c38bbaa85720c6331"));
  CHECK(parse_id(R"({"a": 1})") == Value(Document::from_json(R"({"a": 1})")));
}

TEST_CASE("all else is the text itself") {
  for (const char* text : {"photo.png", "12 monkeys", "{not json", "\"open", "-", "--x", "null", "true", "[1]", ""}) {
    CAPTURE(text);
    CHECK(parse_id(text) == Value(text));
  }
}

TEST_CASE("a number that no type holds to its last digit is the text itself") {
  for (const char* text :
       {"18446744073709551617", "9223372036854775808", "-9223372036854775809", "20261126134648123456",
        "20261126134648.123456789", "0.1234567890123456789", "1e999", "1e-999", "9007199254740993.0"}) {
    CAPTURE(text);
    CHECK(parse_id(text) == Value(text));
    CHECK(parse_id(format_id(Value(text))) == Value(text));
  }
  for (const char* text : {"0.1", "1.50", "-0.10", "0.10000000000000001", "1e22", "9007199254740992.0", "0.0",
                           "123.456e-7", "1e-5", "100000.0"}) {
    CAPTURE(text);
    CHECK(parse_id(text).type() == Value::Type::double_);
    CHECK(parse_id(format_id(parse_id(text))) == parse_id(text));
  }
}

TEST_CASE("what has no other form is written as a literal") {
  CHECK(parse_id(R"({"$literal": null})") == Value());
  CHECK(parse_id(R"({"$literal": true})") == Value(true));
  CHECK(format_id(Value()) == R"({"$literal": null})");
  CHECK(format_id(Value(false)) == R"({"$literal": false})");
  CHECK(parse_id(format_id(Value::array({Value(std::int32_t{1})}))) == Value::array({Value(std::int32_t{1})}));
}

TEST_CASE("a printed id reads back as the same value, and never looks like an option") {
  const std::vector<Value> ids{
      Value::new_object_id(),
      Value("plain"),
      Value("42"),
      Value("-x"),
      Value(""),
      Value("two\nlines"),
      Value("6b06234c38bbaa85720c6331"),
      Value(R"({"a": 1})"),
      Value(std::int32_t{0}),
      Value(std::int32_t{-1}),
      Value(std::int64_t{42}),
      Value(1.5),
      Value(-1.5),
      Value(2.0),
      Value(true),
      Value(DateTime(std::chrono::milliseconds(1'700'000'000'123))),
      Value(Document::from_json(R"({"a": {"$numberLong": "1"}, "b": ["c", null]})")),
      Value::from_json(R"({"$binary": {"base64": "AAEC", "subType": "04"}})"),
      Value::from_json(R"({"$numberDecimal": "1.10"})"),
      Value::from_json(R"({"$timestamp": {"t": 1, "i": 2}})"),
  };
  for (const Value& id : ids) {
    const auto text = format_id(id);
    CAPTURE(text);
    CHECK(parse_id(text) == id);
    CHECK_FALSE(text.starts_with('-'));
    CHECK(text.find('\n') == std::string::npos);
  }
}

TEST_CASE("an id that a terminal may obey takes the form of JSON") {
  CHECK(format_id(Value("\u009b31mX")) == R"("\u009b31mX")");
  CHECK(format_id(Value("a\u202eb")) == R"("a\u202eb")");
  CHECK(format_id(Value(Document().append("\x7F", Value("\u2028")))) == R"({ "\u007f" : "\u2028" })");
  CHECK(parse_id(R"("\u009b31mX")") == Value("\u009b31mX"));
}
