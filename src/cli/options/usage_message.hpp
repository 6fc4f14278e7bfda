/// What is wrong with a command line that CLI11 refuses.
#pragma once

#include <string>

#include <CLI/App.hpp>

namespace gridfs::cli {

/// The command that a command line names, even one that is wrong; null if it names none.
[[nodiscard]] const CLI::App* named_command(const CLI::App& app);

/// Whether the command line has a word in the place of the command that is none.
[[nodiscard]] bool names_unknown_command(const CLI::App& app);

/// One line in words of ours, with what was probably meant. An argument that nobody expected may be a password: of
/// such, only the name of an option is shown, or what could be a command.
/// @param app  has parsed the command line, and thrown the error
[[nodiscard]] std::string usage_message(const CLI::App& app, const CLI::ParseError& error);

}  // namespace gridfs::cli
