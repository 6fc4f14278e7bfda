/// Extended JSON of libbson documents, whatever bytes their strings hold.
#pragma once

#include <string>
#include <string_view>

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

enum class JsonForm { relaxed, canonical };

/// Strings that are not UTF-8, which libbson refuses to print, are shown with U+FFFD for each bad byte. Characters that
/// a terminal may obey are written as \uNNNN.
std::string to_extended_json(const bson_t* bson, JsonForm form);

/// Parses one JSON value of any kind into the field `v` of `target`, which must be initialised and empty.
/// @throws ConfigurationError  not exactly one valid Extended JSON value, or a number in it that no BSON type holds
void parse_extended_json(std::string_view json, bson_t* target);

}  // namespace gridfs::detail
