#include "bucket/bson/extended_json.hpp"

#include <functional>

#include "gridfs/error.hpp"

#include "bucket/bson/json_numbers.hpp"

namespace gridfs::detail {

namespace {

// Stands behind the parsed value, so that text which closes the object early, or adds fields to it, is noticed.
constexpr std::string_view sentinel = "end of gridfs value";

std::string replace_bad_utf8(const char* text, std::size_t length) {
  std::string result;
  std::size_t at = 0;
  while (at < length) {
    std::size_t take = 1;
    while (take <= 4 && at + take <= length && !bson_utf8_validate(text + at, take, true)) ++take;
    if (take <= 4 && at + take <= length) {
      result.append(text + at, take);
      at += take;
    } else {
      result += "\xEF\xBF\xBD";
      ++at;
    }
  }
  return result;
}

void copy_with_valid_utf8(bson_iter_t& from, bson_t* to) {
  while (bson_iter_next(&from)) {
    const std::string key = replace_bad_utf8(bson_iter_key(&from), bson_iter_key_len(&from));
    const int key_length = static_cast<int>(key.size());
    if (BSON_ITER_HOLDS_UTF8(&from)) {
      std::uint32_t length = 0;
      const char* text = bson_iter_utf8(&from, &length);
      const std::string valid = replace_bad_utf8(text, length);
      bson_append_utf8(to, key.data(), key_length, valid.data(), static_cast<int>(valid.size()));
    } else if (BSON_ITER_HOLDS_DOCUMENT(&from) || BSON_ITER_HOLDS_ARRAY(&from)) {
      bson_iter_t inner;
      Bson copy;
      if (bson_iter_recurse(&from, &inner)) copy_with_valid_utf8(inner, copy.get());
      if (BSON_ITER_HOLDS_DOCUMENT(&from)) {
        bson_append_document(to, key.data(), key_length, copy.get());
      } else {
        bson_append_array(to, key.data(), key_length, copy.get());
      }
    } else {
      bson_append_iter(to, key.data(), key_length, &from);
    }
  }
}

BsonString print(const bson_t* bson, JsonForm form, std::size_t& length) {
  return BsonString(form == JsonForm::relaxed ? bson_as_relaxed_extended_json(bson, &length)
                                              : bson_as_canonical_extended_json(bson, &length));
}

}  // namespace

std::string to_extended_json(const bson_t* bson, JsonForm form) {
  std::size_t length = 0;
  if (const BsonString text = print(bson, form, length)) return {text.get(), length};
  bson_iter_t iter;
  Bson valid;
  if (bson_iter_init(&iter, bson)) copy_with_valid_utf8(iter, valid.get());
  if (const BsonString text = print(valid.get(), form, length)) return {text.get(), length};
  throw CorruptFile("a document cannot be shown as JSON");
}

void parse_extended_json(std::string_view json, bson_t* target) {
  if (json.find('\0') != std::string_view::npos) throw ConfigurationError("not valid Extended JSON: it holds NUL");
  if (!bson_utf8_validate(json.data() == nullptr ? "" : json.data(), json.size(), false)) {
    throw ConfigurationError("not valid Extended JSON: it is not UTF-8");
  }
  std::string text = "{\"v\": ";
  text.append(json).append("\n, \"").append(sentinel).append("\": true}");

  Bson parsed;
  bson_error_t error{};
  bson_destroy(parsed.get());
  if (!bson_init_from_json(parsed.get(), text.data(), static_cast<ssize_t>(text.size()), &error)) {
    bson_init(parsed.get());
    throw ConfigurationError("not valid Extended JSON");
  }
  bson_iter_t iter;
  bson_iter_t end;
  const bool whole = bson_count_keys(parsed.get()) == 2 && bson_iter_init_find(&iter, parsed.get(), "v") &&
                     bson_iter_init_find(&end, parsed.get(), sentinel.data());
  if (!whole) throw ConfigurationError("not valid Extended JSON: more than one value");
  check_json_numbers(json);
  bson_append_iter(target, "v", 1, &iter);
}

}  // namespace gridfs::detail
