/// The options of get and get-by-name.
#pragma once

#include <CLI/App.hpp>

#include "transfer/get.hpp"

namespace gridfs::cli {

/// Those that both commands have.
void add_get_options(CLI::App& command, transfer::GetSettings& settings);

void add_get_by_name_options(CLI::App& command, transfer::GetSettings& settings);

/// @throws UsageError  operands are missing, or options exclude each other
void check(const transfer::GetSettings& settings, bool json);

}  // namespace gridfs::cli
