/// Which of many names have files.
#pragma once

#include <set>
#include <string>

#include "gridfs/bucket.hpp"

namespace gridfs::cli {

/// Those of the names that a file has, asked for with one query. A name that is not UTF-8 no file can have.
std::set<std::string> names_in_use(const Bucket& bucket, const std::set<std::string>& names);

}  // namespace gridfs::cli
