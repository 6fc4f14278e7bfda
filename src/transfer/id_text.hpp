/// An `_id` as it is written on a command line.
#pragma once

#include <string>
#include <string_view>

#include "gridfs/document.hpp"

namespace gridfs::transfer {

/// 24 hexadecimal digits are an ObjectId. What begins with `{`, `"`, a digit or `-` and is valid Extended JSON is that
/// value; `{"$literal": value}` is the value in it, for null, true, false and arrays, which have no other way to be
/// told from text. All else is the text itself, a number with more digits than its type holds too.
/// @throws ConfigurationError  text that is not UTF-8
Value parse_id(std::string_view text);

/// The form that parse_id() reads back as the same value. It never begins with `-` and holds no control characters.
std::string format_id(const Value& id);

}  // namespace gridfs::transfer
