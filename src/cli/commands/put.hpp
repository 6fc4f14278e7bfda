/// The options of put.
#pragma once

#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "transfer/put/put.hpp"

namespace gridfs::cli {

struct PutOptions : transfer::PutSettings {
  std::optional<std::string> metadata_text;  ///< JSON, or `@` and the path of a file
  bool silent = false;
};

void add_put_options(CLI::App& command, PutOptions& options);

}  // namespace gridfs::cli
