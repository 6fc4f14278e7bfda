/// Numbers, dates and ObjectIds in JSON that are not what they are said to be.
#pragma once

#include <string_view>

namespace gridfs::detail {

/// libbson takes most of them all the same, as other values: 18446744073709551617 as 1, an inexact decimal as NaN, 30
/// February as 1 March, a letter beyond f in an ObjectId as 0; of the others it does not say what is wrong.
/// @param json  Extended JSON
/// @throws ConfigurationError  names the first of them
void check_json_values(std::string_view json);

}  // namespace gridfs::detail
