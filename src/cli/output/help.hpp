/// The text of --help.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace gridfs::cli {

/// What the help says besides the options. All of it is ASCII.
struct CommandText {
  std::string name;
  std::string description;
  std::string operands;  ///< as in the usage line: `[ID...]`; empty: it takes none
  std::string operands_description;
  std::string exit_codes;             ///< their digits
  std::vector<std::string> examples;  ///< those of its man page; a blank may become a line break
  bool takes_global_options = true;   ///< else its man page has its options
};

/// The help on the program or on one of its commands, in lines of at most `width`, unless a word or the names of an
/// option are longer.
/// @param name  what it is called by: `gridfs put`
[[nodiscard]] std::string help_text(const CLI::App& app, const std::string& name, const CommandText& text,
                                    std::size_t width);

/// Makes this the help of the program or the command, as wide as standard output is.
void set_help(CLI::App& app, const CommandText& text);

}  // namespace gridfs::cli
