#include "cli/options/configuration.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <pwd.h>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include "gridfs/error.hpp"

#include "cli/options/config_file.hpp"
#include "cli/options/secrets.hpp"
#include "cli/options/usage_error.hpp"
#include "util/fs/input.hpp"
#include "util/fs/local_error.hpp"
#include "util/text/similar.hpp"

namespace gridfs::cli {

namespace {

using Rank = OptionSource::Rank;

// Where a password belongs, unlike the command line.
constexpr const char* password_key = "password";

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::string variable_of(const std::string& key) {
  std::string name = "GRIDFS_";
  for (const char c : key) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

ConfigKey::Type type_of(const CLI::Option& option) {
  constexpr std::array<std::string_view, 4> numbers{"DURATION", "N", "RATE", "WC"};
  const bool counts = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  if (is_flag(option)) return counts ? ConfigKey::Type::count : ConfigKey::Type::flag;
  const bool is_number = std::find(numbers.begin(), numbers.end(), option.get_type_name()) != numbers.end();
  return is_number ? ConfigKey::Type::number : ConfigKey::Type::text;
}

// Services of the system are started without HOME.
std::optional<std::string> home_directory() {
  if (auto home = environment("HOME")) return home;
  const passwd* user = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe): there is no other thread yet
  return user == nullptr ? std::nullopt : std::optional<std::string>(user->pw_dir);
}

// Where the file is by itself.
std::optional<std::string> default_file() {
  if (const auto home = environment("XDG_CONFIG_HOME"); home && home->starts_with('/')) {
    return *home + "/gridfs/config.toml";
  }
  const auto home = home_directory();
  return home ? std::optional(*home + "/.config/gridfs/config.toml") : std::nullopt;
}

// Empty: it is not there, which is no failure of the default one.
// @param named_by  empty for that
std::optional<std::string> read_config(const std::string& file, const std::string& named_by) {
  try {
    return util::read_text(util::Input::open(file), {});
  } catch (const util::LocalError& error) {
    // Nor in a directory of another user's, where HOME still names it.
    std::error_code ignored;
    if (named_by.empty() && !std::filesystem::exists(file, ignored)) return std::nullopt;
    throw ConfigurationError((named_by.empty() ? "" : named_by + ": ") + error.what());
  }
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Options of one topic say the same thing, each in its way.
std::string_view topic_of(std::string_view key) {
  if (is_one_of(key, {"uri", "uri-file"})) return "uri";
  if (is_one_of(key, {password_key, "password-file", "password-command"})) return password_key;
  if (is_one_of(key, {"quiet", "verbose"})) return "verbose";
  return key;
}

// Whether an option leaves nothing to say to another one from a weaker source.
bool overrules(std::string_view key, const OptionSource& source, std::string_view other) {
  if (topic_of(key) == topic_of(other)) return true;
  if (key.starts_with("tls-")) return other == "tls";
  // A connection string with a user of its own is not for the user of another one.
  const bool has_user = key == "uri-file" || (key == "uri" && source.value.find('@') != std::string::npos);
  return has_user && is_one_of(topic_of(other), {"username", password_key, "auth-db", "auth-mechanism"});
}

// A script for mongofiles knows nothing of what would have it work elsewhere, or print something else.
bool is_hidden_from_mongofiles(std::string_view key, Rank rank) {
  const bool is_of_file = rank == Rank::profile || rank == Rank::file;
  return is_one_of(key, {"db", "bucket", "json"}) ||
         (is_of_file && is_one_of(topic_of(key), {"uri", "username", password_key, "auth-db", "auth-mechanism"}));
}

class Configuration {
 public:
  Configuration(CLI::App& app, GlobalOptions& options) : app_(app), options_(options) {}

  void note_command_line() {
    for (const CLI::Option* option : global_options(app_)) {
      if (option->count() == 0) continue;
      std::string value = option->results().back();
      if (type_of(*option) == ConfigKey::Type::count) value = std::to_string(option->count());
      const bool is_negation = is_flag(*option) && value == "false";
      note(key_of(*option), {Rank::command_line, (is_negation ? "--no-" : "--") + key_of(*option), std::move(value)});
    }
    if (const auto& password = options_.client.password) {  // of mongofiles
      note(password_key, {Rank::command_line, "--password", *password});
    }
  }

  void add_environment() {
    for (const CLI::Option* option : global_options(app_)) {
      if (!is_flag(*option)) add_variable(key_of(*option), variable_of(key_of(*option)), Rank::environment);
    }
    add_variable("uri", "MONGODB_URI", Rank::general_environment);
  }

  void add_file() {
    const auto text = read_file();
    if (!text) {
      if (has_profile()) throw ConfigurationError(options_.sources.at("profile").where + ": no configuration file");
      return;
    }
    const ConfigFile config = parse_config(*text, *options_.config, keys());
    options_.config_holds_secret = holds_secret(config);
    if (options_.config_holds_secret) forbid_core_dumps();
    choose_profile(config);
    if (has_profile()) add(config.profiles.at(*options_.profile), Rank::profile);
    add(config.values, Rank::file);
  }

 private:
  void note(const std::string& key, OptionSource source) { options_.sources.emplace(key, std::move(source)); }

  [[nodiscard]] bool is_overruled(const std::string& key, Rank rank) const {
    const auto& sources = options_.sources;
    return sources.contains(key) || std::any_of(sources.begin(), sources.end(), [&](const auto& one) {
             return one.second.rank < rank && overrules(one.first, one.second, key);
           });
  }

  // Unless a stronger source has said it.
  // @param shown  the source in errors
  void add(const std::string& key, OptionSource source, const std::string& shown) {
    if (options_.is_mongofiles && is_hidden_from_mongofiles(key, source.rank)) return;
    if (is_overruled(key, source.rank)) return;
    for (const auto& [other, its] : options_.sources) {
      if (its.rank == source.rank && topic_of(key) == topic_of(other) && topic_of(key) != "verbose") {
        throw ConfigurationError(its.where + " and " + source.where + " exclude each other");
      }
    }
    try {
      take(key, source.value);
    } catch (const OptionError& error) {
      throw ConfigurationError(shown + ": " + error.reason());
    }
    note(key, std::move(source));
  }

  void take(const std::string& key, const std::string& value) {
    if (key == password_key) {
      options_.client.password = value;
    } else {
      CLI::Option* option = app_.get_option("--" + key);
      option->add_result(value);
      option->run_callback();
    }
  }

  void add_variable(const std::string& key, const std::string& name, Rank rank) {
    if (auto value = environment(name)) add(key, {rank, name, *std::move(value)}, name);
  }

  // Of the file that is named, or else of the default one, if it is there.
  std::optional<std::string> read_file() {
    if (options_.config) return read_config(*options_.config, options_.sources.at("config").where);
    const auto file = default_file();
    auto text = file ? read_config(*file, "") : std::nullopt;
    if (!text) return std::nullopt;
    options_.config = file;
    note("config", {Rank::file, "default", *file});
    return text;
  }

  [[nodiscard]] std::vector<ConfigKey> keys() const {
    std::vector<ConfigKey> keys{{password_key, ConfigKey::Type::text}};
    for (const CLI::Option* option : global_options(app_)) {
      if (!is_one_of(key_of(*option), {"config", "profile"})) keys.push_back({key_of(*option), type_of(*option)});
    }
    return keys;
  }

  // An empty name is that of none.
  [[nodiscard]] bool has_profile() const { return !options_.profile.value_or("").empty(); }

  void choose_profile(const ConfigFile& config) {
    if (!options_.profile && config.default_profile) {
      options_.profile = config.default_profile->text;
      note("profile", {Rank::file, line_of(*config.default_profile), *options_.profile});
    }
    if (!has_profile() || config.profiles.contains(*options_.profile)) return;
    std::vector<std::string> names;
    for (const auto& [name, values] : config.profiles) names.push_back(name);
    const std::string meant = util::most_similar(*options_.profile, names);
    throw ConfigurationError(fmt::format("{}: no profile '{}' in {}{}", options_.sources.at("profile").where,
                                         *options_.profile, *options_.config,
                                         meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant)));
  }

  [[nodiscard]] std::string line_of(const ConfigValue& value) const {
    return fmt::format("{}:{}", *options_.config, value.line);
  }

  void add(const ConfigFile::Values& values, Rank rank) {
    for (const auto& [key, value] : values) {
      add(key, {rank, line_of(value), value.text}, at_line(*options_.config, value.line) + ": " + key);
    }
  }

  static bool holds_secret(const ConfigFile& config) {
    const auto has_one = [](const ConfigFile::Values& values) {
      const auto uri = values.find("uri");
      return values.contains(password_key) || (uri != values.end() && may_hold_secret(uri->second.text));
    };
    return has_one(config.values) || std::any_of(config.profiles.begin(), config.profiles.end(),
                                                 [&](const auto& profile) { return has_one(profile.second); });
  }

  CLI::App& app_;
  GlobalOptions& options_;
};

}  // namespace

void apply_configuration(CLI::App& app, GlobalOptions& options) {
  Configuration configuration(app, options);
  configuration.note_command_line();
  configuration.add_environment();
  configuration.add_file();
  if (options.is_on_command_line("log-format") && !options.log.file) {
    throw UsageError("--log-format goes with --log-file");
  }
}

void find_error_options(CLI::App& app, GlobalOptions& options) noexcept {
  try {
    for (const char* name : {"--config", "--profile", "--color", "--json", "--log-file", "--log-format", "--syslog"}) {
      CLI::Option* option = app.get_option(name);
      if (option->count() > 0) option->run_callback();
    }
    apply_configuration(app, options);
  } catch (const std::exception&) {
    // It is another error that is to be reported.
  }
}

const std::string& key_of(const CLI::Option& option) { return option.get_lnames().front(); }

}  // namespace gridfs::cli
