/// The options that every command takes, before or after its name.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "gridfs/client.hpp"
#include "gridfs/concerns.hpp"

#include "cli/output/messages.hpp"

namespace gridfs::cli {

struct GlobalOptions {
  std::optional<std::string> uri;
  std::optional<std::string> uri_file;
  std::optional<std::string> username;
  std::optional<std::string> password_file;
  std::optional<std::string> password_command;
  std::optional<std::string> auth_source;
  std::optional<std::string> auth_mechanism;
  TlsOptions tls;
  std::optional<std::string> database;
  std::string bucket = "fs";
  std::optional<WriteConcern> write_concern;
  std::optional<ReadPreference> read_preference;
  std::optional<ReadConcern> read_concern;
  std::int64_t retries = RetryPolicy().retries;
  std::chrono::milliseconds retries_sleep = RetryPolicy().delay;
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<std::chrono::milliseconds> connect_timeout;
  int verbose = 0;
  bool quiet = false;
  ColorMode color = ColorMode::automatic;
  bool json = false;
  std::int64_t jobs = 4;
  bool dry_run = false;

  /// Whether the connection string or the password comes from standard input.
  [[nodiscard]] bool read_standard_input() const { return uri_file == "-" || password_file == "-"; }
};

/// `options` must outlive the parsing.
void add_global_options(CLI::App& app, GlobalOptions& options);

}  // namespace gridfs::cli
