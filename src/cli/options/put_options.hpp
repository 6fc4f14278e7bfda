/// The options of put.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include <CLI/App.hpp>

#include "cli/options/global_options.hpp"
#include "transfer/put.hpp"

namespace gridfs::cli {

struct PutOptions {
  transfer::PutSettings settings;  // but for what follows
  std::optional<std::string> id;
  std::optional<std::string> metadata;
};

void add_put_options(CLI::App& command, PutOptions& options);

/// @throws UsageError  options that exclude each other
void check(const PutOptions& options, const GlobalOptions& global);

/// What --metadata says.
/// @throws UsageError                           it is no JSON document
/// @throws util::LocalError, util::Interrupted  it is in a file
std::optional<Document> given_metadata(const PutOptions& options, const std::stop_token& stop);

}  // namespace gridfs::cli
