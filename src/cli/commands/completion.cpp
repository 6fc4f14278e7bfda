#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/commands/completion_scripts.hpp"
#include "cli/options/usage_error.hpp"

namespace gridfs::cli {

namespace {

struct CompletionOptions {
  std::vector<std::string> shells;
};

const char* script_for(const std::string& shell) {
  if (shell == "bash") return bash_completion_script;
  if (shell == "zsh") return zsh_completion_script;
  if (shell == "fish") return fish_completion_script;
  throw UsageError("'" + shell + "' is none of bash, zsh, fish");
}

ExitCode run_completion(const CompletionOptions& options, Context& context) {
  if (options.shells.size() != 1) throw UsageError("one SHELL is required");
  const std::string_view script = script_for(options.shells.front());
  context.output().write(std::as_bytes(std::span(script)));
  return ExitCode::done;
}

}  // namespace

void setup_completion(CLI::App& app, Selection& selection) {
  add_command<CompletionOptions>(
      app, selection, {"completion", "Print a shell's completion script", "SHELL", "bash, zsh or fish"},
      [](CompletionOptions & options) -> auto& { return options.shells; },
      [](CLI::App& /*command*/, CompletionOptions& /*options*/) {}, run_completion);
}

}  // namespace gridfs::cli
