/// The values of global options that are not on the command line.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include "cli/options/global_options.hpp"

namespace gridfs::cli {

/// Adds what the environment and the configuration file say, when the command line has been parsed. It overrides them,
/// and the environment overrides the file, whose profile overrides its top level. Values are parsed by the functions
/// that parse those on the command line.
/// @throws ConfigurationError  a value is not valid, or the file is not; it names the variable, or the line
void apply_configuration(CLI::App& app, GlobalOptions& options);

/// For a command line that is refused: fills what says where and how errors are reported, from the options that were
/// parsed before, the environment and the file, as far as they are valid.
void find_error_options(CLI::App& app, GlobalOptions& options) noexcept;

/// The word for an option in the file and in GlobalOptions::sources.
const std::string& key_of(const CLI::Option& option);

}  // namespace gridfs::cli
