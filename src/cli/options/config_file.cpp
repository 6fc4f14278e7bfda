#include "cli/options/config_file.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

#include <spdlog/fmt/fmt.h>
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "gridfs/error.hpp"

#include "util/text/similar.hpp"

namespace gridfs::cli {

namespace {

constexpr std::string_view profile_table = "profile";
constexpr std::string_view default_profile_key = "default-profile";

// Empty: it is of another type.
std::optional<std::string> text_of(const toml::node& node, ConfigKey::Type type) {
  using Type = ConfigKey::Type;
  if (type == Type::text || type == Type::number) {
    if (const auto* text = node.as_string()) return text->get();
  } else if (const auto* flag = node.as_boolean()) {
    return flag->get() ? "true" : "false";
  }
  const auto* whole = node.as_integer();
  if (whole != nullptr && (type == Type::number || (type == Type::count && whole->get() >= 0))) {
    return std::to_string(whole->get());
  }
  const auto* number = node.as_floating_point();
  return number != nullptr && type == Type::number ? std::optional(fmt::format("{}", number->get())) : std::nullopt;
}

// In the order of ConfigKey::Type.
constexpr std::array words_for_type{"a string, in quotes", "a number, or a string in quotes", "true or false",
                                    "true, false or a whole number"};

class ConfigReader {
 public:
  ConfigReader(const std::string& file, std::span<const ConfigKey> keys) : file_(file), keys_(keys) {}

  [[nodiscard]] ConfigFile read(const std::string& text) const {
    ConfigFile config;
    for (const toml::table table = parse(text); const auto& [key, node] : table) {
      if (key == profile_table) {
        read_profiles(key, node, config);
      } else if (key == default_profile_key) {
        config.default_profile = value(key, node, ConfigKey::Type::text);
      } else {
        config.values.emplace(key.str(), value(key, node, {profile_table, default_profile_key}));
      }
    }
    return config;
  }

 private:
  [[noreturn]] void refuse(const toml::source_region& where, const std::string& why) const {
    throw ConfigurationError(at_line(file_, where.begin.line) + ": " + why);
  }

  // What the parser says may quote the value that it could not read; what it was reading is all that is shown of that.
  [[nodiscard]] toml::table parse(const std::string& text) const {
    try {
      return toml::parse(text);
    } catch (const toml::parse_error& error) {
      constexpr std::string_view start = "Error while parsing ";
      std::string_view words = error.description();
      if (words.find("redefine") != std::string_view::npos)
        refuse(error.source(), "a key of this name is there already");
      words = words.starts_with(start) ? words.substr(start.size(), words.find(':') - start.size()) : "file";
      refuse(error.source(), fmt::format("not valid TOML, in the {} at column {}", words, error.source().begin.column));
    }
  }

  void read_profiles(const toml::key& key, const toml::node& node, ConfigFile& config) const {
    const toml::table* profiles = node.as_table();
    if (profiles == nullptr) {
      refuse(key.source(), "profiles are tables: [profile.NAME]; default-profile is the name of the one to use");
    }
    for (const auto& [name, profile] : *profiles) {
      const toml::table* table = profile.as_table();
      if (table == nullptr)
        refuse(name.source(), fmt::format("'{}': a profile is a table: [profile.NAME]", name.str()));
      ConfigFile::Values values;
      for (const auto& [inner, inner_node] : *table) values.emplace(inner.str(), value(inner, inner_node));
      config.profiles.emplace(name.str(), std::move(values));
    }
  }

  // Of one of the keys.
  // @param others  for the guess what an unknown key was meant to be
  [[nodiscard]] ConfigValue value(const toml::key& key, const toml::node& node,
                                  std::vector<std::string_view> others = {}) const {
    const auto known =
        std::find_if(keys_.begin(), keys_.end(), [&](const ConfigKey& one) { return key.str() == one.name; });
    if (known != keys_.end()) return value(key, node, known->type);
    std::vector<std::string> names(others.begin(), others.end());
    std::transform(keys_.begin(), keys_.end(), std::back_inserter(names),
                   [](const ConfigKey& one) { return one.name; });
    const std::string meant = util::most_similar(key.str(), names);
    refuse(key.source(), fmt::format("unknown key '{}'{}", key.str(),
                                     meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant)));
  }

  [[nodiscard]] ConfigValue value(const toml::key& key, const toml::node& node, ConfigKey::Type type) const {
    auto text = text_of(node, type);
    if (!text)
      refuse(key.source(), fmt::format("{}: it must be {}", key.str(), words_for_type[static_cast<std::size_t>(type)]));
    if (text->find('\0') != std::string::npos) refuse(key.source(), fmt::format("{}: it holds NUL", key.str()));
    return {*std::move(text), key.source().begin.line};
  }

  const std::string& file_;
  std::span<const ConfigKey> keys_;
};

}  // namespace

std::string at_line(const std::string& file, std::size_t line) { return fmt::format("{}: line {}", file, line); }

ConfigFile parse_config(const std::string& toml, const std::string& file, std::span<const ConfigKey> keys) {
  return ConfigReader(file, keys).read(toml);
}

}  // namespace gridfs::cli
