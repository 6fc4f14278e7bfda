/// What the completion scripts ask the program: `gridfs __complete KIND START [WORD...]`.
#pragma once

#include <span>
#include <string_view>

#include <CLI/App.hpp>

#include "cli/options/global_options.hpp"

namespace gridfs::cli {

/// In the place of a command.
inline constexpr std::string_view completion_request = "__complete";

/// Prints what the server has that completes a word, each candidate with a NUL behind it; of an id the name of the file
/// stands behind a tab before that. Takes a second at most, prints 200 at most, and nothing where anything is wrong. It
/// never runs a command or asks for a password.
/// @param app      has no command line yet
/// @param options  those that it fills
/// @param words    KIND (name, id, prefix, sync, db, bucket, and to-db, to-bucket of what cp copies to), what the word
///                 begins with, and the words before it; secrets in them are overwritten
void complete(CLI::App& app, GlobalOptions& options, std::span<char*> words) noexcept;

}  // namespace gridfs::cli
