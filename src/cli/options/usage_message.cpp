#include "cli/options/usage_message.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "cli/options/mongofiles_options.hpp"
#include "cli/options/secrets.hpp"
#include "util/text/similar.hpp"

namespace gridfs::cli {

namespace {

// Commands of other tools, and ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> other_commands{{{"list", "ls"},
                                                                                        {"dir", "ls"},
                                                                                        {"delete", "rm"},
                                                                                        {"remove", "rm"},
                                                                                        {"del", "rm"},
                                                                                        {"download", "get"},
                                                                                        {"upload", "put"},
                                                                                        {"mv", "rename"},
                                                                                        {"move", "rename"},
                                                                                        {"copy", "cp"},
                                                                                        {"info", "stat"}}};

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App* /*any*/) { return true; })) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

// Long names, without their dashes.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* part : {named_command(app), &app}) {
    if (part == nullptr) continue;
    for (const CLI::Option* option : part->get_options([](const CLI::Option* /*any*/) { return true; })) {
      names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
    }
  }
  return names;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string did_you_mean(const std::string& word) { return word.empty() ? "" : ": did you mean " + word + "?"; }

bool looks_like_a_command(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

std::string unknown_command(const CLI::App& app, const std::string& word) {
  std::string lower = word;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto* other =
      std::find_if(other_commands.begin(), other_commands.end(), [&](const auto& one) { return one.first == lower; });
  const std::string meant =
      other == other_commands.end() ? util::most_similar(lower, command_names(app)) : std::string(other->second);
  if (meant.empty() && !looks_like_a_command(word))
    return "the first argument is not a command, such as put, get or ls";
  return "'" + word + "' is not a command" + did_you_mean(meant);
}

bool has_option(const CLI::App* command, const std::string& name) {
  return command != nullptr && command->get_option_no_throw(name) != nullptr;
}

// How the commands do what the options of others do.
struct OtherWay {
  std::string_view command;
  std::string_view option;
  std::string_view way;
};

constexpr std::array<OtherWay, 8> other_ways{{{"get", "--name", "use get-by-name NAME"},
                                              {"get", "--revision", "use get-by-name NAME --revision N"},
                                              {"get", "--recursive", "use get-by-name -r PREFIX"},
                                              {"get-by-name", "--name", "names are the operands"},
                                              {"ls", "--name", "use ls NAME"},
                                              {"ls", "--recursive", "ls lists all below a PREFIX"},
                                              {"du", "--name", "use du PREFIX"},
                                              {"prune", "--name", "use --prefix"}}};

// For an option that only other commands have; empty: none has it.
std::string option_of_others(const CLI::App& app, const std::string& name) {
  const auto having = app.get_subcommands([&](const CLI::App* command) { return has_option(command, name); });
  if (having.empty()) return {};
  const CLI::App* named = named_command(app);
  if (named == nullptr) return fmt::format("{} goes behind the command, such as {}", name, having.front()->get_name());
  const auto& names = having.front()->get_option(name)->get_lnames();
  const auto* other = std::find_if(other_ways.begin(), other_ways.end(), [&](const OtherWay& one) {
    return one.command == named->get_name() && contains(names, one.option.substr(2));
  });
  return "unknown option " + name + (other == other_ways.end() ? "" : ": " + std::string(other->way));
}

std::string unknown_option(const CLI::App& app, const std::string& name) {
  std::string message = "unknown option " + name;
  const auto options = option_names(app);
  const std::string ours(option_for(name));
  if (!ours.empty() && ours != name && contains(options, ours.substr(2))) {
    return message + ": use " + ours + ", or 'gridfs mongofiles' with the options of mongofiles";
  }
  if (const CLI::App* named = named_command(app); has_option(named, name)) {
    return fmt::format("{} is an option of {}, and goes behind it", name, named->get_name());
  }
  if (auto text = option_of_others(app, name); !text.empty()) return text;
  if (!name.starts_with("--")) return message;
  const std::string word = name.substr(2);
  if (contains(command_names(app), word)) return message + did_you_mean(word);
  const std::string meant = util::most_similar(word, options);
  return message + did_you_mean(meant.empty() ? "" : "--" + meant);
}

bool takes_operands(const CLI::App& command) {
  return !command.get_options([](const CLI::Option* option) { return option->get_positional(); }).empty();
}

std::string unexpected_arguments(const CLI::App& app, const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (const auto name = option_name(argument); !name.empty()) return unknown_option(app, name);
  }
  const CLI::App* command = named_command(app);
  if (command != nullptr && !takes_operands(*command)) return command->get_name() + " takes no operands";
  return unknown_command(app, arguments.front());
}

struct Sentence {
  std::string_view error;  // CLI11's name of it
  std::string_view holds;  // its message does
  std::string_view text;   // {0} is the option that its message begins with, {1} the one that it ends in
};

constexpr std::array<Sentence, 7> sentences{{{"RequiredError", "", "{0} is required"},
                                             {"ArgumentMismatch", "disallowed flag override", "{0} takes no value"},
                                             {"ArgumentMismatch", "At Most", "{0} may be given once"},
                                             {"ArgumentMismatch", "Expected", "an option needs a value"},
                                             {"ArgumentMismatch", "", "{0} needs a value"},
                                             {"RequiresError", "", "{0} needs {1}"},
                                             {"ExcludesError", "", "{0} and {1} exclude each other"}}};

// `--sort` of `--sort: 1 required FIELD missing`, `--json` of `json was given …`
std::string option_in(const std::string& message) {
  const std::string name = message.substr(0, message.find_first_of(": "));
  return name.front() >= 'a' && name.front() <= 'z' ? "--" + name : name;
}

}  // namespace

const CLI::App* named_command(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? nullptr : commands.front();
}

bool names_unknown_command(const CLI::App& app) {
  const auto unexpected = app.remaining(true);
  return named_command(app) == nullptr && std::any_of(unexpected.begin(), unexpected.end(), [](const auto& argument) {
           return option_name(argument).empty();
         });
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  if (const auto unexpected = app.remaining(true); !unexpected.empty()) return unexpected_arguments(app, unexpected);
  if (named_command(app) == nullptr && error.get_name() == "RequiredError") return "a command is required";
  const std::string message = error.what();
  for (const auto& [name, holds, text] : sentences) {
    if (error.get_name() != name || message.find(holds) == std::string::npos) continue;
    return fmt::format(fmt::runtime(text), option_in(message), message.substr(message.rfind(' ') + 1));
  }
  return "the command line is not valid";
}

}  // namespace gridfs::cli
