#include "util/text/glob.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "util/text/utf8.hpp"

namespace gridfs::util {

namespace {

std::u32string characters_of(std::string_view text) {
  std::u32string result;
  while (!text.empty()) result += take_character(text);
  return result;
}

void append_literal(std::string& regex, char32_t character) {
  constexpr std::u32string_view special = UR"(\^$.|?*+()[]{}/-#&~ )";
  if (special.find(character) != std::u32string_view::npos) regex += '\\';
  append_character(regex, character);
}

// Where the set ends that begins behind `[`, if it is closed. A `]` at its very beginning is a member.
std::optional<std::size_t> end_of_set(std::u32string_view glob, std::size_t first) {
  if (first < glob.size() && (glob[first] == '!' || glob[first] == '^')) ++first;
  for (std::size_t at = first; at < glob.size(); ++at) {
    if (glob[at] == ']' && at > first) return at;
    if (glob[at] == '\\') ++at;
  }
  return std::nullopt;
}

}  // namespace

bool Glob::Part::accepts(char32_t character) const noexcept {
  const bool in_range = std::any_of(ranges.begin(), ranges.end(), [character](const Range& range) {
    return character >= range.first && character <= range.last;
  });
  return in_range != negated;
}

Glob::Part Glob::set_of(std::u32string_view members) {
  Part part;
  part.negated = members.front() == '!' || members.front() == '^';
  if (part.negated) members.remove_prefix(1);
  const auto take = [&members] {
    if (members.front() == '\\' && members.size() > 1) members.remove_prefix(1);
    const char32_t character = members.front();
    members.remove_prefix(1);
    return character;
  };
  while (!members.empty()) {
    if (members.starts_with(U"[:")) throw std::invalid_argument("classes such as [:alpha:] are not known: write [a-z]");
    const char32_t first = take();
    char32_t last = first;
    if (members.size() > 1 && members.front() == '-') {
      members.remove_prefix(1);
      last = take();
    }
    if (last < first) throw std::invalid_argument("a range of characters ends before it begins");
    part.ranges.push_back({first, last});
  }
  return part;
}

Glob::Glob(std::string_view text) {
  const std::u32string glob = characters_of(text);
  for (std::size_t at = 0; at < glob.size(); ++at) {
    const auto end = glob[at] == '[' ? end_of_set(glob, at + 1) : std::nullopt;
    if (end) {
      parts_.push_back(set_of(std::u32string_view(glob).substr(at + 1, *end - at - 1)));
      at = *end;
    } else if (glob[at] == '*') {
      parts_.push_back({.any_number = true, .negated = false, .ranges = {}});
    } else if (glob[at] == '?') {
      parts_.push_back({.any_number = false, .negated = true, .ranges = {}});
    } else {
      if (glob[at] == '\\' && at + 1 < glob.size()) ++at;
      parts_.push_back({.any_number = false, .negated = false, .ranges = {{glob[at], glob[at]}}});
    }
  }
}

bool Glob::matches(std::string_view name) const {
  const std::u32string text = characters_of(name);
  std::size_t at = 0;
  std::size_t part = 0;
  // Where to continue if what follows the last `*` does not match: that takes one more character.
  std::optional<std::size_t> part_behind_star;
  std::size_t retry_at = 0;
  while (at < text.size()) {
    if (part < parts_.size() && parts_[part].any_number) {
      part_behind_star = ++part;
      retry_at = at;
    } else if (part < parts_.size() && parts_[part].accepts(text[at])) {
      ++part;
      ++at;
    } else if (part_behind_star) {
      part = *part_behind_star;
      at = ++retry_at;
    } else {
      return false;
    }
  }
  return std::all_of(parts_.begin() + static_cast<std::ptrdiff_t>(part), parts_.end(),
                     [](const Part& rest) { return rest.any_number; });
}

bool Glob::matches_all_from(std::string_view beginning) const {
  return !parts_.empty() && parts_.back().any_number && matches(beginning);
}

std::string Glob::regex() const {
  constexpr const char* any_character = R"([\s\S])";
  std::string regex = "^";
  for (const Part& part : parts_) {
    if (part.ranges.empty()) {
      regex.append(any_character).append(part.any_number ? "*" : "");
      continue;
    }
    const bool literal = !part.negated && part.ranges.size() == 1 && part.ranges[0].first == part.ranges[0].last;
    if (!literal) regex += part.negated ? "[^" : "[";
    for (const Range& range : part.ranges) {
      append_literal(regex, range.first);
      if (range.first == range.last) continue;
      regex += '-';
      append_literal(regex, range.last);
    }
    if (!literal) regex += ']';
  }
  return regex + R"(\z)";
}

bool is_glob(std::string_view text) noexcept { return text.find_first_of("*?[") != std::string_view::npos; }

std::string prefix_regex(std::string_view prefix) {
  std::string regex = "^";
  while (!prefix.empty()) append_literal(regex, take_character(prefix));
  return regex;
}

}  // namespace gridfs::util
