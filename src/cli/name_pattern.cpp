#include "cli/name_pattern.hpp"

#include "cli/usage_error.hpp"
#include "util/escape.hpp"

namespace gridfs::cli {

namespace {

void append_literal(std::string& regex, char c) {
  constexpr std::string_view special = R"(\^$.|?*+()[]{}/-#&~ )";
  if (special.find(c) != std::string_view::npos) regex += '\\';
  regex += c;
}

// Appends the set that begins at `at`; returns where it ends, or `at` if it is not closed and so no set.
std::size_t append_set(std::string& regex, const std::string& glob, std::size_t at) {
  std::size_t first = at + 1;
  const bool negated = first < glob.size() && (glob[first] == '!' || glob[first] == '^');
  if (negated) ++first;
  // A `]` at the very beginning is a member.
  const auto end = glob.find(']', first + 1);
  if (end == std::string::npos) return at;
  regex += negated ? "[^" : "[";
  for (std::size_t i = first; i < end; ++i) {
    const bool range = glob[i] == '-' && i > first && i + 1 < end;
    if (range) {
      regex += '-';
    } else {
      append_literal(regex, glob[i]);
    }
  }
  regex += ']';
  return end;
}

// Means the same to PCRE, which MongoDB has, and to RE2, which FerretDB has.
std::string glob_to_regex(const std::string& glob) {
  constexpr const char* any_character = R"([\s\S])";
  std::string regex = "^";
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '*') {
      regex.append(any_character).append("*");
    } else if (glob[i] == '?') {
      regex += any_character;
    } else if (glob[i] == '[') {
      const auto end = append_set(regex, glob, i);
      if (end == i) append_literal(regex, glob[i]);
      i = end;
    } else {
      if (glob[i] == '\\' && i + 1 < glob.size()) ++i;
      append_literal(regex, glob[i]);
    }
  }
  return regex + R"(\z)";
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

Document names_filter(const std::set<std::string>& names) {
  std::vector<Value> values;
  for (const std::string& name : names) values.emplace_back(name);
  Document in;
  in.append("$in", Value::array(values));
  Document filter;
  return filter.append("filename", Value(in));
}

}  // namespace gridfs::cli
