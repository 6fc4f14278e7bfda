/// Reading the configuration file, which is TOML.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace gridfs::cli {

/// A key that the file may have, at its top level and in the table of a profile.
struct ConfigKey {
  /// A string; a number, also as a string; true or false; that, or how often a flag counts.
  enum class Type { text, number, flag, count };

  std::string name;
  Type type;
};

struct ConfigValue {
  std::string text;  ///< as on the command line; of a flag `true` or `false`
  std::size_t line;
};

struct ConfigFile {
  /// By their keys.
  using Values = std::map<std::string, ConfigValue>;

  Values values;
  std::map<std::string, Values> profiles;  ///< `[profile.NAME]`
  std::optional<ConfigValue> default_profile;
};

/// `FILE: line 3`.
std::string at_line(const std::string& file, std::size_t line);

/// The whole file is checked, whichever profile is in force.
/// @param file  for messages, which hold no value: it may be a secret
/// @throws ConfigurationError  not TOML, an unknown key, or a value of the wrong type; it names the line
ConfigFile parse_config(const std::string& toml, const std::string& file, std::span<const ConfigKey> keys);

}  // namespace gridfs::cli
