#include "cli/names_in_use.hpp"

#include <algorithm>
#include <iterator>

#include "cli/name_pattern.hpp"
#include "util/escape.hpp"

namespace gridfs::cli {

std::set<std::string> names_in_use(const Bucket& bucket, const std::set<std::string>& names) {
  std::set<std::string> possible;
  std::copy_if(names.begin(), names.end(), std::inserter(possible, possible.end()), util::is_utf8);
  std::set<std::string> found;
  if (possible.empty()) return found;
  FindOptions options;
  options.exact_text = true;
  options.projection = Document().append("filename", Value(std::int32_t{1}));
  FileCursor files = bucket.find(names_filter(possible), options);
  while (found.size() < possible.size()) {
    const auto file = files.next();
    if (!file) break;
    found.insert(file->filename().value_or(""));
  }
  return found;
}

}  // namespace gridfs::cli
