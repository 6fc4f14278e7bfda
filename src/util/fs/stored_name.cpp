#include "util/fs/stored_name.hpp"

#include <climits>
#include <cstddef>

namespace gridfs::util {

namespace {

bool holds_control(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7F) return true;
    // U+0080 to U+009F, which terminals obey too.
    if (byte == 0xC2 && at + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[at + 1]);
      if (next >= 0x80 && next < 0xA0) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> unsafe_name_reason(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.find('\0') != std::string_view::npos) return "it holds NUL";
  if (holds_control(name)) return "it holds control characters";
  if (name.front() == '/') return "it is absolute";
  if (name.back() == '/') return "it ends in '/'";
  for (const auto& component : name_components(name)) {
    if (component.empty()) return "it has an empty component";
    if (component == "." || component == "..") return "it has a component '" + component + "'";
    if (component.size() > NAME_MAX) return "it has a component longer than " + std::to_string(NAME_MAX) + " bytes";
  }
  return std::nullopt;
}

std::vector<std::string> name_components(std::string_view name) {
  std::vector<std::string> components;
  for (;;) {
    const auto slash = name.find('/');
    components.emplace_back(name.substr(0, slash));
    if (slash == std::string_view::npos) return components;
    name.remove_prefix(slash + 1);
  }
}

}  // namespace gridfs::util
