#include "cli/options/name_pattern.hpp"

#include <stdexcept>
#include <string_view>

#include "cli/options/usage_error.hpp"
#include "util/text/escape.hpp"
#include "util/text/glob.hpp"

namespace gridfs::cli {

namespace {

void append_literal(std::string& regex, char c) {
  constexpr std::string_view special = R"(\^$.|?*+()[]{}/-#&~ )";
  if (special.find(c) != std::string_view::npos) regex += '\\';
  regex += c;
}

std::string glob_to_regex(const std::string& glob) {
  try {
    return util::Glob(glob).regex();
  } catch (const std::invalid_argument& error) {
    throw UsageError("'" + glob + "': " + error.what());
  }
}

std::string prefix_to_regex(const std::string& prefix) {
  std::string regex = "^";
  for (const char c : prefix) append_literal(regex, c);
  return regex;
}

}  // namespace

Document name_filter(const std::string& text) {
  Document filter;
  if (text.empty()) return filter;
  if (!util::is_utf8(text)) throw UsageError("a filename is UTF-8, so what it begins with is as well");
  const bool is_glob = text.find_first_of("*?[") != std::string::npos;
  Document condition;
  condition.append("$regex", Value(is_glob ? glob_to_regex(text) : prefix_to_regex(text)));
  return filter.append("filename", Value(condition));
}

}  // namespace gridfs::cli
