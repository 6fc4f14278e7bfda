#include <set>

#include "gridfs/document.hpp"
#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "support/catch.hpp"

using namespace gridfs;
using namespace std::string_literals;

TEST_CASE("values know their types") {
  using Type = Value::Type;
  CHECK(Value().type() == Type::null);
  CHECK(Value(true).type() == Type::boolean);
  CHECK(Value(std::int32_t{1}).type() == Type::int32);
  CHECK(Value(std::int64_t{1}).type() == Type::int64);
  CHECK(Value(1.0).type() == Type::double_);
  CHECK(Value("a").type() == Type::string);
  CHECK(Value("a"s).type() == Type::string);
  CHECK(Value(std::string_view()).type() == Type::string);
  CHECK(Value(DateTime()).type() == Type::date_time);
  CHECK(Value(Document()).type() == Type::document);
  CHECK(Value::new_object_id().type() == Type::object_id);
  CHECK(Value::from_json("[]").type() == Type::array);
}

TEST_CASE("values give what they were made of, and nothing as another type") {
  CHECK(Value(true).as_bool() == true);
  CHECK(Value(false).as_bool() == false);
  CHECK(Value("a\0b"s).as_string() == "a\0b"s);
  CHECK(Value("").as_string() == "");
  CHECK(Value(DateTime(std::chrono::milliseconds(-1))).as_date_time()->time_since_epoch().count() == -1);
  CHECK(Value(Document()).as_document() == Document());
  const Document document = Document::from_json(R"({"a": 1})");
  CHECK(Value(document).as_document() == document);
  CHECK(Value::from_json(R"([1, "a"])").as_array() == std::vector<Value>{Value(1), Value("a")});
  CHECK(Value::from_json("[]").as_array() == std::vector<Value>{});

  const Value text("1");
  CHECK_FALSE(text.as_bool());
  CHECK_FALSE(text.as_integer());
  CHECK_FALSE(text.as_date_time());
  CHECK_FALSE(text.as_document());
  CHECK_FALSE(text.as_object_id());
  CHECK_FALSE(text.as_array());
  CHECK_FALSE(Value(1).as_string());
  CHECK_FALSE(Value().as_string());
  CHECK_FALSE(Value::from_json("[]").as_document());
}

TEST_CASE("whole numbers of any numeric type") {
  CHECK(Value(std::int32_t{-7}).as_integer() == -7);
  CHECK(Value(std::numeric_limits<std::int64_t>::min()).as_integer() == std::numeric_limits<std::int64_t>::min());
  CHECK(Value(7.0).as_integer() == 7);
  CHECK(Value(-0x1p63).as_integer() == std::numeric_limits<std::int64_t>::min());
  CHECK_FALSE(Value(0x1p63).as_integer());
  CHECK_FALSE(Value(0.5).as_integer());
  CHECK_FALSE(Value(std::numeric_limits<double>::quiet_NaN()).as_integer());
  CHECK_FALSE(Value(std::numeric_limits<double>::infinity()).as_integer());
  CHECK_FALSE(Value(true).as_integer());
}

TEST_CASE("ObjectIds") {
  CHECK(Value::object_id("4F0123456789abcdef012345").as_object_id() == "4f0123456789abcdef012345");
  for (const char* wrong :
       {"", "4f", "4f0123456789abcdef01234", "4f0123456789abcdef0123456", "zf0123456789abcdef012345"}) {
    INFO(wrong);
    CHECK_THROWS_AS(Value::object_id(wrong), ConfigurationError);
  }
  CHECK_THROWS_AS(Value::object_id(std::string_view()), ConfigurationError);
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(Value::new_object_id().as_object_id().value());
  CHECK(ids.size() == 1000);
}

TEST_CASE("values are equal by type and bytes") {
  CHECK(Value(std::int32_t{1}) == Value(std::int32_t{1}));
  CHECK(Value(std::int32_t{1}) != Value(std::int64_t{1}));
  CHECK(Value(std::int32_t{1}) != Value(1.0));
  CHECK(Value() == Value::from_json("null"));
  CHECK(Value("a") != Value("b"));
  CHECK(Value(Document()) != Value());
}

TEST_CASE("a value goes into a document and out of it unchanged") {
  const char* json = GENERATE("null", "true", "1", "1.5", R"("x")", "[1, [2]]", R"({"a": {"b": 1}})",
                              R"({"$numberLong": "1"})", R"({"$binary": {"base64": "AAE=", "subType": "05"}})",
                              R"({"$regularExpression": {"pattern": "a", "options": "i"}})",
                              R"({"$numberDecimal": "1.10"})", R"({"$minKey": 1})");
  const Value value = Value::from_json(json);
  CHECK(Document().append("k", value).find("k") == value);
  CHECK(Value::Holder::take(Document().append("any name", value)) == value);
  CHECK(Value::Holder::take(Value::Holder::of(value)) == value);
}

TEST_CASE("binary data, UUIDs, regular expressions and doubles come back as they were made") {
  const Binary data{{std::byte{0}, std::byte{255}}, 5};
  CHECK(Value(data).type() == Value::Type::binary);
  CHECK(Value(data).as_binary() == data);
  CHECK(Value(Binary{}).as_binary() == Binary{});
  CHECK(Value("a").as_binary() == std::nullopt);

  const auto text = "0123abcd-4567-89ef-0123-456789abcdef"s;
  CHECK(Value::uuid(text).as_uuid() == text);
  CHECK(Value::uuid("0123ABCD456789EF0123456789ABCDEF").as_uuid() == text);
  CHECK(Value::uuid(text).as_binary()->subtype == 4);
  CHECK(Value::uuid(text) == Value::from_json(R"({"$uuid": ")" + text + R"("})"));
  CHECK(Value(data).as_uuid() == std::nullopt);
  for (const char* wrong : {"", "0123", "0123abcd-4567-89ef-0123-456789abcdeg", "0123abcd456789ef-0123-456789abcdef",
                            "0123abcd-4567-89ef-0123-456789abcdef0", "-0123abcd-4567-89ef-0123-456789abcde",
                            "0x23abcd-4567-89ef-0123-456789abcdef"}) {
    CHECK_THROWS_AS(Value::uuid(wrong), ConfigurationError);
  }

  const RegularExpression expression{"^a", "im"};
  CHECK(Value(expression).type() == Value::Type::regular_expression);
  CHECK(Value(expression).as_regular_expression() == expression);
  CHECK_THROWS_AS(Value(RegularExpression{"a\0"s, ""}), ConfigurationError);

  CHECK(Value(0.5).as_double() == 0.5);
  CHECK(Value(std::int32_t{1}).as_double() == std::nullopt);
}

TEST_CASE("a value's hash and size go with its bytes") {
  const std::hash<Value> hash;
  CHECK(hash(Value("a")) == hash(Value("a"s)));
  CHECK(hash(Value(std::int32_t{1})) != hash(Value(std::int64_t{1})));
  CHECK(hash(Value()) == hash(Value::from_json("null")));
  CHECK(Value().size() == 0);
  CHECK(Value(std::int32_t{1}).size() == 4);
  CHECK(Value("abc").size() == 8);
}

TEST_CASE("what matches only itself in the list of a filter") {
  for (const char* json : {"null", "1", R"("a")", R"({"$oid": "4f0123456789abcdef012345"})", R"({"$minKey": 1})"}) {
    CAPTURE(json);
    CHECK(Value::from_json(json).fits_in_list());
  }
  for (const char* json : {"{}", "[]", R"({"$gt": 1})", R"({"$regularExpression": {"pattern": "", "options": ""}})"}) {
    CAPTURE(json);
    CHECK_FALSE(Value::from_json(json).fits_in_list());
  }
}
