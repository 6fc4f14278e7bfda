/// The content type that a name's ending stands for.
#pragma once

#include <string>

namespace gridfs::cli {

/// From the system's table, /etc/mime.types; `application/octet-stream` where it says nothing.
std::string guess_content_type(const std::string& name);

}  // namespace gridfs::cli
