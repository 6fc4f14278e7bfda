#include "bucket/bson/well_formed.hpp"

#include <cstdint>

namespace gridfs::detail {

namespace {

constexpr int deepest = 200;

bool is_well_formed_at(bson_iter_t& iter, int level) noexcept;

bool is_inner_document_well_formed(const std::uint8_t* data, std::uint32_t length, int level) noexcept {
  bson_iter_t iter;
  return level < deepest && data != nullptr && bson_iter_init_from_data(&iter, data, length) &&
         is_well_formed_at(iter, level + 1);
}

bool is_value_well_formed(const bson_iter_t& iter, int level) noexcept {
  std::uint32_t length = 0;
  const std::uint8_t* data = nullptr;
  switch (bson_iter_type(&iter)) {
    case BSON_TYPE_DOCUMENT:
      bson_iter_document(&iter, &length, &data);
      return is_inner_document_well_formed(data, length, level);
    case BSON_TYPE_ARRAY:
      bson_iter_array(&iter, &length, &data);
      return is_inner_document_well_formed(data, length, level);
    case BSON_TYPE_CODEWSCOPE: {
      std::uint32_t code_length = 0;
      bson_iter_codewscope(&iter, &code_length, &length, &data);
      return is_inner_document_well_formed(data, length, level);
    }
    default:
      return true;
  }
}

bool is_well_formed_at(bson_iter_t& iter, int level) noexcept {
  while (bson_iter_next(&iter)) {
    if (!is_value_well_formed(iter, level)) return false;
  }
  return iter.err_off == 0;
}

}  // namespace

bool is_well_formed(const bson_t& bson) noexcept {
  bson_iter_t iter;
  return bson_iter_init(&iter, &bson) && is_well_formed_at(iter, 1);
}

}  // namespace gridfs::detail
