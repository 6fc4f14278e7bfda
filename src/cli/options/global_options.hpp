/// The options that every command takes, before or after its name.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "gridfs/bucket_options.hpp"
#include "gridfs/client.hpp"

#include "cli/output/messages.hpp"

namespace gridfs::cli {

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

  /// Whether the connection string or the password comes from standard input.
  [[nodiscard]] bool read_standard_input() const { return uri_file == "-" || password_file == "-"; }
};

/// `options` must outlive the parsing.
void add_global_options(CLI::App& app, GlobalOptions& options);

}  // namespace gridfs::cli
