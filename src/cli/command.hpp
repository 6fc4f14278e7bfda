/// What the commands have in common: each adds itself to the program, and is run if the command line names it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <CLI/App.hpp>

#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace gridfs::cli {

/// The command that the command line names, bound to its options.
struct Selection {
  std::string name;
  std::function<ExitCode(Context&)> run;
};

/// Adds a command; parsing a command line that names it fills the selection.
/// @param add_options  adds the command's options to its CLI::App, with the given Options as their target
/// @param run          ExitCode(const Options&, Context&)
template <typename Options, typename AddOptions, typename Run>
void add_command(CLI::App& app, Selection& selection, const std::string& name, const std::string& description,
                 AddOptions add_options, Run run) {
  CLI::App* command = app.add_subcommand(name, description)->fallthrough();
  auto options = std::make_shared<Options>();
  add_options(*command, *options);
  command->callback([&selection, name, options, run] {
    selection = {name, [options, run](Context& context) { return run(*options, context); }};
  });
}

void setup_put(CLI::App& app, Selection& selection);
void setup_get(CLI::App& app, Selection& selection);
void setup_get_by_name(CLI::App& app, Selection& selection);
void setup_cat(CLI::App& app, Selection& selection);
void setup_ls(CLI::App& app, Selection& selection);
void setup_stat(CLI::App& app, Selection& selection);
void setup_rename(CLI::App& app, Selection& selection);
void setup_rm(CLI::App& app, Selection& selection);
void setup_completion(CLI::App& app, Selection& selection);

}  // namespace gridfs::cli
