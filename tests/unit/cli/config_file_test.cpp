#include "cli/options/config_file.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"

#include "support/catch.hpp"

using namespace gridfs::cli;

namespace {

using Type = ConfigKey::Type;

const std::array known_keys{ConfigKey{"uri", Type::text},    ConfigKey{"bucket", Type::text},
                            ConfigKey{"jobs", Type::number}, ConfigKey{"timeout", Type::number},
                            ConfigKey{"tls", Type::flag},    ConfigKey{"verbose", Type::count}};

ConfigFile parsed(const std::string& text) { return parse_config(text, "c.toml", known_keys); }

std::string error_of(const std::string& text) {
  try {
    parsed(text);
  } catch (const gridfs::ConfigurationError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("values of a configuration file are as on the command line") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"bucket = 'a b'", "a b"},  {"bucket = \"\\u00e4\"", "ä"}, {"bucket = ''", ""},    {"jobs = 8", "8"},
      {"jobs = 0x10", "16"},      {"jobs = '8'", "8"},           {"jobs = -1", "-1"},    {"timeout = 1.5", "1.5"},
      {"timeout = 1e3", "1000"},  {"timeout = '30m'", "30m"},    {"tls = true", "true"}, {"tls = false", "false"},
      {"verbose = true", "true"}, {"verbose = 2", "2"},          {"verbose = 0", "0"},
  };
  for (const auto& [text, value] : table) {
    CAPTURE(text);
    const ConfigFile config = parsed("# a comment\n" + text);
    REQUIRE(config.values.size() == 1);
    CHECK(config.values.begin()->second.text == value);
    CHECK(config.values.begin()->second.line == 2);
  }
}

TEST_CASE("profiles of a configuration file") {
  CHECK(parsed("").values.empty());
  const ConfigFile config = parsed(R"(
jobs = 2
default-profile = "one"
profile.two.jobs = 3
[profile.one]
bucket = "b"
jobs = 4
[profile."th ree"]
)");
  REQUIRE(config.values.size() == 1);
  CHECK(config.values.at("jobs").text == "2");
  REQUIRE(config.default_profile);
  CHECK(config.default_profile->text == "one");
  CHECK(config.default_profile->line == 3);
  REQUIRE(config.profiles.size() == 3);
  CHECK(config.profiles.at("one").at("jobs").line == 7);
  CHECK(config.profiles.at("one").at("bucket").text == "b");
  CHECK(config.profiles.at("two").at("jobs").text == "3");
  CHECK(config.profiles.at("th ree").empty());
}

TEST_CASE("errors of a configuration file name the line and show no value") {
  const std::string string = "it must be a string, in quotes";
  const std::string number = "it must be a number, or a string in quotes";
  const std::vector<std::pair<std::string, std::string>> table{
      {"buckt = 'hunter2'", "unknown key 'buckt'; did you mean 'bucket'?"},
      {"zzzzzzzz = 'hunter2'", "unknown key 'zzzzzzzz'"},
      {"default-profil = 'x'", "unknown key 'default-profil'; did you mean 'default-profile'?"},
      {"profile.x.profile = 1", "unknown key 'profile'"},
      {"profile.x.default-profile = 'y'", "unknown key 'default-profile'"},
      {"bucket = 7", "bucket: " + string},
      {"bucket = ['hunter2']", "bucket: " + string},
      {"bucket = 2026-11-27", "bucket: " + string},
      {"bucket.x = 'hunter2'", "bucket: " + string},
      {"bucket = \"hunter2\\u0000\"", "bucket: it holds NUL"},
      {"default-profile = 1", "default-profile: " + string},
      {"jobs = true", "jobs: " + number},
      {"jobs = {}", "jobs: " + number},
      {"tls = 'hunter2'", "tls: it must be true or false"},
      {"tls = 1", "tls: it must be true or false"},
      {"verbose = -1", "verbose: it must be true, false or a whole number"},
      {"verbose = 1.5", "verbose: it must be true, false or a whole number"},
      {"profile = 'x'", "profiles are tables: [profile.NAME]; default-profile is the name of the one to use"},
      {"profile.x = 1", "'x': a profile is a table: [profile.NAME]"},
      {"jobs = 1\njobs = 2", "a key of this name is there already"},
      {"bucket = hunter2", "not valid TOML, in the value at column 10"},
      {"bucket = true2", "not valid TOML, in the boolean at column 14"},
      {"bucket = 'hunter2", "not valid TOML, in the literal string at column 18"},
      {"hunter2", "not valid TOML, in the key-value pair at column 8"},
  };
  for (const auto& [text, message] : table) {
    CAPTURE(text);
    const std::string line = text.find('\n') == std::string::npos ? "2" : "3";
    CHECK(error_of("\n" + text) == "c.toml: line " + line + ": " + message);
  }
}
