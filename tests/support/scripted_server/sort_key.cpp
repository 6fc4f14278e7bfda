// The order of BSON values (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/).
#include <bit>
#include <cmath>

#include "support/scripted_server/bson.hpp"

namespace gridfs::scripted {

namespace {

enum Rank : char { null = 1, number, text, document, array, binary, object_id, boolean, date, timestamp, other };

void put_big_endian(std::string& key, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(value >> shift));
}

void put_ordered(std::string& key, std::int64_t value) {
  put_big_endian(key, static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63));
}

void put_ordered(std::string& key, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  const bool negative = (bits >> 63) != 0;
  put_big_endian(key, negative ? ~bits : bits ^ (std::uint64_t{1} << 63));
}

// Where integers differ by less than a double tells apart, the integer behind it decides.
void put_number(std::string& key, const bson_iter_t& field) {
  if (BSON_ITER_HOLDS_DOUBLE(&field)) {
    const double value = bson_iter_double(&field);
    put_ordered(key, value);
    const bool whole = std::abs(value) < 0x1p63 && std::trunc(value) == value;
    put_ordered(key, whole ? static_cast<std::int64_t>(value) : std::int64_t{0});
  } else {
    const std::int64_t value = bson_iter_as_int64(&field);
    put_ordered(key, static_cast<double>(value));
    put_ordered(key, value);
  }
}

void put_bytes(std::string& key, const std::uint8_t* bytes, std::size_t length) {
  key.append(reinterpret_cast<const char*>(bytes), length);
}

void put_document(std::string& key, const Bson& inner) {
  for_each_field(inner.get(), [&](const bson_iter_t& field) {
    key.append(bson_iter_key(&field)).push_back('\0');
    key.append(sort_key(field)).push_back('\0');
  });
}

void put_binary(std::string& key, const bson_iter_t& field) {
  bson_subtype_t subtype{};
  std::uint32_t length = 0;
  const std::uint8_t* bytes = nullptr;
  bson_iter_binary(&field, &subtype, &length, &bytes);
  put_big_endian(key, length);
  key.push_back(static_cast<char>(subtype));
  put_bytes(key, bytes, length);
}

}  // namespace

std::string sort_key(const bson_iter_t& field) {
  const auto start = [](Rank rank) { return std::string(1, rank); };
  std::string key;
  switch (bson_iter_type(&field)) {
    case BSON_TYPE_NULL:
    case BSON_TYPE_UNDEFINED:
      return start(null);
    case BSON_TYPE_INT32:
    case BSON_TYPE_INT64:
    case BSON_TYPE_DOUBLE:
      key = start(number);
      put_number(key, field);
      return key;
    case BSON_TYPE_UTF8: {
      std::uint32_t length = 0;
      const char* bytes = bson_iter_utf8(&field, &length);
      return start(text).append(bytes, length);
    }
    case BSON_TYPE_DOCUMENT:
    case BSON_TYPE_ARRAY:
      key = start(BSON_ITER_HOLDS_ARRAY(&field) ? array : document);
      put_document(key, document_of(field));
      return key;
    case BSON_TYPE_BINARY:
      key = start(binary);
      put_binary(key, field);
      return key;
    case BSON_TYPE_OID:
      key = start(object_id);
      put_bytes(key, bson_iter_oid(&field)->bytes, sizeof(bson_oid_t));
      return key;
    case BSON_TYPE_BOOL:
      return start(boolean).append(1, bson_iter_bool(&field) ? '\1' : '\0');
    case BSON_TYPE_DATE_TIME:
      key = start(date);
      put_ordered(key, bson_iter_date_time(&field));
      return key;
    case BSON_TYPE_TIMESTAMP: {
      std::uint32_t seconds = 0;
      std::uint32_t increment = 0;
      bson_iter_timestamp(&field, &seconds, &increment);
      key = start(timestamp);
      put_big_endian(key, (std::uint64_t{seconds} << 32) | increment);
      return key;
    }
    default: {
      // Of all other types, equality is enough.
      Bson holder;
      holder.add("", field);
      key = start(other);
      put_bytes(key, bson_get_data(holder.get()), holder.get()->len);
      return key;
    }
  }
}

std::string sort_key(const bson_t* document, const char* path) {
  const auto field = find_field(document, path);
  return field ? sort_key(*field) : std::string(1, null);
}

}  // namespace gridfs::scripted
