#include "cli/options/name_pattern.hpp"

#include <stdexcept>

#include "cli/options/usage_error.hpp"
#include "util/text/glob.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::cli {

namespace {

std::string glob_to_regex(const std::string& glob) {
  try {
    return util::Glob(glob).regex();
  } catch (const std::invalid_argument& error) {
    throw UsageError("'" + glob + "': " + error.what());
  }
}

}  // namespace

Document name_filter(const std::string& text) {
  Document filter;
  if (text.empty()) return filter;
  if (!util::is_utf8(text)) throw UsageError("a filename is UTF-8, so what it begins with is as well");
  const bool is_glob = text.find_first_of("*?[") != std::string::npos;
  Document condition;
  condition.append("$regex", Value(is_glob ? glob_to_regex(text) : util::prefix_regex(text)));
  return filter.append("filename", Value(condition));
}

}  // namespace gridfs::cli
