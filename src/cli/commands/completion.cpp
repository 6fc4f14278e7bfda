#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "cli/command.hpp"
#include "cli/commands/completion_scripts.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

// By the word for a value in the help, what completes it: `file`, `command` (of the shell), a choice of words, or with
// a `@` what the server has (complete()).
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kinds{{
    {"BUCKET", "@bucket"},
    {"DB", "@db"},
    {"FILE", "file"},
    {"ID", "@id"},
    {"ID NEW", "@id"},
    {"NAME", "@name"},
    {"OLD", "@name"},
    {"PATH", "file"},
    {"CMD", "command"},
    {"FORMAT", "text json"},
    {"M", "SCRAM-SHA-1 SCRAM-SHA-256 MONGODB-X509 MONGODB-AWS GSSAPI PLAIN"},
    {"PREFIX", "@prefix"},
    {"PREFIX|GLOB", "@name"},
    {"RC", "local available majority linearizable snapshot"},
    {"RP", "primary primaryPreferred secondary secondaryPreferred nearest"},
    {"SHELL", "bash zsh fish"},
    {"SRC DST", "@sync"},
    {"TYPE", "auto"},
    {"WC", "majority"},
    {"WHEN", "auto always never"},
}};

// An option, or the operands of a command, whose name is empty.
struct Entry {
  std::vector<std::string> names;  // with their dashes
  std::string value;               // the word for its value in the help; empty: it takes none
  std::string kind;                // of what completes the value
  std::string description;
};

Entry entry_of(const CLI::Option& option) {
  Entry entry;
  for (const std::string& name : option.get_snames()) entry.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) entry.names.push_back("--" + name);
  if (entry.names.empty()) {
    entry.names.emplace_back();
    entry.value = option.get_name(true);
    std::erase_if(entry.value, [](char c) { return c == '[' || c == ']' || c == '.'; });
  } else if (option.get_type_size() != 0) {
    entry.value = option.get_type_name();
  }
  const auto* kind =
      std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.first == entry.value; });
  if (kind != kinds.end()) entry.kind = kind->second;
  const bool is_of_target = entry.names.back().starts_with("--to-") && entry.kind.starts_with('@');
  if (is_of_target) entry.kind.insert(1, "to-");
  entry.description = option.get_description();
  return entry;
}

// Those of the program, or those that a command has besides.
std::vector<Entry> entries_of(const CLI::App& app) {
  std::vector<Entry> entries;
  for (const CLI::Option* option : app.get_options({})) {
    if (app.get_parent() == nullptr || option != app.get_help_ptr()) entries.push_back(entry_of(*option));
  }
  return entries;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* /*command*/) { return true; });
}

std::string replaced(std::string text, char before, std::string_view after) {
  for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + after.size())) {
    text.replace(at, 1, after);
  }
  return text;
}

// A function of the shell that has something for the program, whose name is empty there, and for each command.
template <typename Words>
std::string function_of(const std::string& name, const CLI::App& app, Words words, const std::string& others) {
  std::string branches = "    '') " + words(app) + " ;;\n";
  for (const CLI::App* command : commands_of(app)) {
    branches += fmt::format("    {}) {} ;;\n", command->get_name(), words(*command));
  }
  return fmt::format("{}() {{\n  case $1 in\n{}{}  esac\n}}\n\n", name, branches, others);
}

// In the form that completions/gridfs.bash describes.
std::string bash_words(const CLI::App& app) {
  std::string words;
  for (const Entry& entry : entries_of(app)) {
    const std::string value = entry.value.empty() ? "" : "=" + replaced(entry.kind, ' ', ",");
    for (const std::string& name : entry.names) words += name + value + ' ';
  }
  if (app.get_parent() == nullptr) words += '=';
  for (const CLI::App* command : commands_of(app)) words += command->get_name() + ',';
  return "echo " + util::shell_quote(words);
}

std::string bash_script(const CLI::App& app) {
  return function_of("_gridfs_words", app, bash_words, "    *) echo = ;;\n") + bash_completion_script;
}

// In the form that _arguments takes (zshcompsys(1)).
std::string zsh_words(const CLI::App& app) {
  std::string words;
  for (const Entry& entry : entries_of(app)) {
    std::string action = entry.kind.empty() ? "" : "(" + entry.kind + ")";
    if (entry.kind == "file") action = "_files";
    if (entry.kind.starts_with('@'))
      action = " _gridfs_stored " + entry.kind.substr(1);  // a blank: with no other words
    if (entry.kind == "@sync") action = "{_gridfs_stored sync; _files}";
    if (entry.kind == "command") action = "_command_names -e";
    const auto value = entry.value.empty() ? "" : fmt::format(":{}:{}", replaced(entry.value, ':', "\\:"), action);
    const auto description = fmt::format("[{}]", replaced(replaced(entry.description, '[', "\\["), ']', "\\]"));
    for (const std::string& name : entry.names) {
      const auto sign = name.empty() || value.empty() ? "" : name.starts_with("--") ? "=" : "+";
      const auto spec = fmt::format("*{}{}{}{}", name, sign, name.empty() ? "" : description, value);
      words.append(" ").append(util::shell_quote(spec));
    }
  }
  return "specs=(" + words + ")";
}

std::string zsh_script(const CLI::App& app) {
  std::string commands;
  for (const CLI::App* command : commands_of(app)) {
    commands += ' ' + util::shell_quote(command->get_name() + ':' + replaced(command->get_description(), ':', "\\:"));
  }
  const std::string others = "    commands) specs=(" + commands + ") ;;\n    *) return 1 ;;\n";
  return "#compdef gridfs\n\n" + function_of("_gridfs_specs", app, zsh_words, others) + zsh_completion_script;
}

std::string fish_quoted(const std::string& text) {
  return "'" + replaced(replaced(text, '\\', "\\\\"), '\'', "\\'") + "'";
}

std::string fish_lines(const CLI::App& app, const std::string& condition) {
  std::string lines;
  for (const Entry& entry : entries_of(app)) {
    lines += "complete -c gridfs" + condition;
    for (const std::string& name : entry.names) {
      if (!name.empty()) lines += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    std::string words = entry.kind;
    if (words == "command") words = "(__fish_complete_command)";
    if (words.starts_with('@')) words = fmt::format("(__gridfs_stored {})", words.substr(1));
    lines += entry.kind == "file" ? " -r -F" : entry.value.empty() ? "" : " -x";
    if (!words.empty() && words != "file") lines += fmt::format(" -k -a '{}'", words);
    lines += '\n';
  }
  return lines;
}

// Fish sorts what it knows by -l and -s: in an order of ours, and with descriptions, options are words to be offered.
std::string fish_list(const CLI::App& app, const std::string& variable) {
  std::string line = "set -g " + variable;
  for (const Entry& entry : entries_of(app)) {
    for (const std::string& name : entry.names) {
      if (!name.empty()) line += ' ' + fish_quoted(name + '\t' + entry.description);
    }
  }
  return line + '\n';
}

std::string fish_script(const CLI::App& app) {
  std::string names;
  for (const Entry& entry : entries_of(app)) {
    if (!entry.value.empty()) names += fmt::format(" {}", fmt::join(entry.names, " "));
  }
  constexpr std::string_view of_all = "__gridfs_options";
  constexpr std::string_view offer = "complete -c gridfs -n {} -k -a '(__gridfs_offer {})'\n";
  std::string lines = fish_list(app, std::string(of_all)) + fish_lines(app, "") +
                      fmt::format(fmt::runtime(offer), "__gridfs_at", fmt::format("${}", of_all));
  for (const CLI::App* command : commands_of(app)) {
    const std::string& name = command->get_name();
    const std::string condition = fmt::format("'__gridfs_at {}'", name);
    const std::string variable = fmt::format("{}_{}", of_all, replaced(name, '-', "_"));
    lines +=
        fmt::format("complete -c gridfs -n __gridfs_at -a {} -d {}\n", name, fish_quoted(command->get_description()));
    lines += fish_list(*command, variable) + fish_lines(*command, " -n " + condition) +
             fmt::format(fmt::runtime(offer), condition, fmt::format("${} ${}", variable, of_all));
  }
  return fmt::format("set -g __gridfs_names_with_value{}\n\n{}\n{}", names, fish_completion_script, lines);
}

struct CompletionOptions {
  std::vector<std::string> shells;
};

ExitCode run_completion(const CLI::App& app, const CompletionOptions& options, Context& context) {
  check_count(options.shells, 1, "one SHELL is required");
  const auto script = parse_choice<std::string (*)(const CLI::App&)>(
      options.shells.front(), {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}});
  const std::string text = script(app);
  context.output().write(std::as_bytes(std::span(text)));
  return ExitCode::done;
}

}  // namespace

void setup_completion(CLI::App& app, Selection& selection) {
  add_command<CompletionOptions>(
      app, selection,
      {"completion",
       "Print a shell's completion script",
       "SHELL",
       "bash, zsh or fish",
       "0129",
       {"source <(gridfs completion bash)", "gridfs completion fish > ~/.config/fish/completions/gridfs.fish"}},
      [](CompletionOptions & options) -> auto& { return options.shells; },
      [](CLI::App& /*command*/, CompletionOptions& /*options*/) {},
      [&app](const CompletionOptions& options, Context& context) { return run_completion(app, options, context); });
}

}  // namespace gridfs::cli
