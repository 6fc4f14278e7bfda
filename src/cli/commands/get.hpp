/// The options of get-by-name, which has all those of get.
#pragma once

#include <CLI/App.hpp>

#include "transfer/get/get.hpp"

namespace gridfs::cli {

void add_get_by_name_options(CLI::App& command, transfer::GetSettings& settings);

}  // namespace gridfs::cli
