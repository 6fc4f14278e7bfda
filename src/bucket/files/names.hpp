/// Names that a server, or the GridFS specification, would refuse.
#pragma once

#include <string_view>

namespace gridfs::detail {

/// @throws ConfigurationError  https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions
void check_namespace(std::string_view database, std::string_view bucket);

/// @throws ConfigurationError  not UTF-8, or with NUL
void check_filename(std::string_view filename);

}  // namespace gridfs::detail
