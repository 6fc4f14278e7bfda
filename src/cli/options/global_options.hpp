/// The options that every command takes, before or after its name.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "gridfs/bucket_options.hpp"
#include "gridfs/client.hpp"

#include "cli/output/messages.hpp"

namespace gridfs::cli {

/// Where the value of a global option comes from.
struct OptionSource {
  /// The stronger ones first.
  enum class Rank { command_line, environment, general_environment, profile, file };

  Rank rank;
  std::string where;  ///< `--jobs`, `GRIDFS_JOBS`, `config.toml:3`
  std::string value;  ///< as it was given
};

struct GlobalOptions {
  ClientOptions client;  ///< but for the connection string and the password, which client_options() finds, unless
                         ///< mongofiles has it
  std::optional<std::string> uri;
  std::optional<std::string> uri_file;
  std::optional<std::string> password_file;
  std::optional<std::string> password_command;
  BucketOptions bucket;
  std::optional<std::string> database;
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<std::int64_t> bytes_per_second;  ///< of content, over all connections
  int verbose = 0;
  bool quiet = false;
  ColorMode color = ColorMode::automatic;
  std::optional<bool> progress;  ///< whether to show it; empty: on a terminal
  bool json = false;
  bool dry_run = false;
  LogOptions log;
  std::optional<std::string> config;  ///< the configuration file
  std::optional<std::string> profile;
  bool config_holds_secret = false;
  bool is_mongofiles = false;  ///< the command line is that of mongofiles

  /// Where what was given comes from, by the options' long names; and `password`, which is no option.
  std::map<std::string, OptionSource> sources;

  [[nodiscard]] bool is_on_command_line(const std::string& name) const {
    const auto source = sources.find(name);
    return source != sources.end() && source->second.rank == OptionSource::Rank::command_line;
  }

  /// Whether the connection string or the password comes from standard input.
  [[nodiscard]] bool read_standard_input() const { return uri_file == "-" || password_file == "-"; }
};

/// `options` must outlive the parsing.
void add_global_options(CLI::App& app, GlobalOptions& options);

/// Those of the program, without `--help`, `--version`, and what is another word for a value: `--no-progress`.
std::vector<const CLI::Option*> global_options(const CLI::App& app);

}  // namespace gridfs::cli
