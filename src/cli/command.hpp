/// What the commands have in common: each adds itself to the program, and is run if the command line names it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>

#include "cli/context.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/output/help.hpp"

namespace gridfs::cli {

/// The command that the command line names, bound to its options.
struct Selection {
  std::string name;
  /// Where operands go; those behind `--` are added when the rest has been parsed.
  std::vector<std::string>* operands = nullptr;
  std::function<ExitCode(Context&)> run;
};

/// Adds a command; parsing a command line that names it fills the selection.
/// @param operands     std::vector<std::string>&(Options&): where its operands go; asked again for those behind `--`,
///                     when its options are known
/// @param add_options  adds the command's other options to its CLI::App, with the given Options as their target
/// @param run          ExitCode(const Options&, Context&)
template <typename Options, typename Operands, typename AddOptions, typename Run>
void add_command(CLI::App& app, Selection& selection, const CommandText& text, Operands operands,
                 AddOptions add_options, Run run) {
  CLI::App* command = app.add_subcommand(text.name, text.description)->fallthrough();
  set_help(*command, text);
  auto options = std::make_shared<Options>();
  if (!text.operands.empty()) {
    add_operands(*command, text.operands, operands(*options), text.operands_description);
  }
  add_options(*command, *options);
  command->callback([&selection, name = text.name, options, operands, run] {
    selection = {name, &operands(*options), [options, run](Context& context) { return run(*options, context); }};
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
void setup_meta(CLI::App& app, Selection& selection);
void setup_sync(CLI::App& app, Selection& selection);
void setup_check(CLI::App& app, Selection& selection);
void setup_prune(CLI::App& app, Selection& selection);
void setup_du(CLI::App& app, Selection& selection);
void setup_buckets(CLI::App& app, Selection& selection);
void setup_cp(CLI::App& app, Selection& selection);
void setup_mongofiles(CLI::App& app, Selection& selection);
void setup_config(CLI::App& app, Selection& selection);
void setup_completion(CLI::App& app, Selection& selection);

}  // namespace gridfs::cli
