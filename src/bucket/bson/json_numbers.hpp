/// Numbers and dates in JSON that no BSON type holds.
#pragma once

#include <string_view>

namespace gridfs::detail {

/// libbson takes them all the same, as other values: 18446744073709551617 as 1, an inexact decimal as NaN, 30 February
/// as 1 March.
/// @param json  valid Extended JSON
/// @throws ConfigurationError  names the first of them
void check_json_numbers(std::string_view json);

}  // namespace gridfs::detail
