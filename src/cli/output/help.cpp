#include "cli/output/help.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "cli/output/exit_code.hpp"
#include "util/process/terminal.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

// A heading, and below it terms with what they mean.
struct Section {
  std::string heading;
  std::vector<std::pair<std::string, std::string>> entries;
};

// Continues the last line with words, and ends it. Each line break is a `mark`, and the indentation of what follows.
void add_words(std::string& help, std::string_view words, std::size_t width, std::size_t indent,
               std::string_view mark = "\n") {
  std::size_t column = help.size() - (help.rfind('\n') + 1);
  for (bool first = true; !words.empty(); first = false) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (!first && column + 1 + word.size() > width) {
      help.append(mark).append(indent, ' ');
      column = indent;
    } else if (!first) {
      help += ' ';
      ++column;
    }
    help += word;
    column += word.size();
  }
  help += '\n';
}

void add_section(std::string& help, const Section& section, std::size_t width, std::size_t column) {
  help += '\n' + section.heading + ":\n";
  for (const auto& [term, meaning] : section.entries) {
    help += term;
    const bool has_room = term.size() + 2 <= column;
    help.append(has_room ? "" : "\n").append(has_room ? column - term.size() : column, ' ');
    add_words(help, meaning, width, column);
  }
}

Section& section_of(std::vector<Section>& sections, const std::string& heading) {
  const auto found =
      std::find_if(sections.begin(), sections.end(), [&](const Section& one) { return one.heading == heading; });
  return found == sections.end() ? sections.emplace_back(Section{heading, {}}) : *found;
}

// `  -o, --output PATH`, `      --name NAME`
std::string term_of(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += "-" + name + ", ";
  std::string term = names.empty() ? "      " : "  " + names;
  for (const std::string& name : option.get_lnames()) term += "--" + name + ", ";
  term.resize(term.size() - 2);
  return option.get_type_name().empty() ? term : term + ' ' + option.get_type_name();
}

// What everyone knows is the last.
std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  auto options = app.get_options(
      [](const CLI::Option* option) { return option->nonpositional() && !option->get_group().empty(); });
  std::stable_partition(options.begin(), options.end(), [&](const CLI::Option* option) {
    return option != app.get_help_ptr() && option != app.get_version_ptr();
  });
  return options;
}

// Those that share a column.
std::vector<Section> sections_of(const CLI::App& app, const CommandText& text) {
  std::vector<Section> sections;
  if (!text.operands_description.empty()) {
    sections.push_back({"Operands", {{"  " + text.operands, text.operands_description}}});
  }
  for (const CLI::App* command : app.get_subcommands({})) {
    auto& entries = section_of(sections, command->get_group()).entries;
    entries.emplace_back("  " + command->get_name(), command->get_description());
  }
  for (const CLI::Option* option : options_of(app)) {
    section_of(sections, option->get_group()).entries.emplace_back(term_of(*option), option->get_description());
  }
  return sections;
}

std::size_t column_of(const std::vector<Section>& sections, std::size_t width) {
  std::size_t longest = 0;
  for (const Section& section : sections) {
    for (const auto& [term, meaning] : section.entries) longest = std::max(longest, term.size());
  }
  constexpr std::size_t widest = 30;
  return std::min({longest + 2, width * 3 / 8, widest});
}

void add_examples(std::string& help, const CommandText& text, std::size_t width) {
  constexpr std::string_view mark = " \\\n";
  help += "\nExamples:\n";
  for (const std::string& example : text.examples) {
    help += "  ";
    add_words(help, example, width - 2, 6, mark);
  }
}

void add_exit_codes(std::string& help, const CommandText& text, std::size_t width) {
  Section codes{"Exit status", {}};
  for (const char digit : text.exit_codes) {
    codes.entries.emplace_back(std::string("  ") + digit, meaning_of(static_cast<ExitCode>(digit - '0')));
  }
  add_section(help, codes, width, 5);
}

std::size_t width_of_output() {
  constexpr std::size_t least = 40;
  constexpr std::size_t most = 100;              // longer lines are hard to read
  const char* columns = std::getenv("COLUMNS");  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  const auto wanted = util::parse_number<std::size_t>(columns == nullptr ? "" : columns);
  if (wanted.value_or(0) > 0) return std::max(*wanted, least);
  return std::clamp(util::terminal_width(STDOUT_FILENO), least, most);
}

}  // namespace

std::string help_text(const CLI::App& app, const std::string& name, const CommandText& text, std::size_t width) {
  const bool is_command = app.get_parent() != nullptr;
  std::string help;
  add_words(help, text.description, width, 0);
  help += '\n';
  add_words(help, "Usage: " + name + (is_command ? " [OPTIONS] " : " [GLOBAL OPTIONS] ") + text.operands, width, 4);
  const auto sections = sections_of(app, text);
  for (const Section& section : sections) add_section(help, section, width, column_of(sections, width));
  help += '\n';
  std::string more = "Global options: see 'gridfs --help'";
  if (!is_command) more = "Each command: see 'gridfs COMMAND --help' and gridfs-COMMAND(1)";
  if (!text.takes_global_options) more = "Options: see gridfs-" + text.name + "(1)";
  add_words(help, more, width, 4);
  add_examples(help, text, width);
  add_exit_codes(help, text, width);
  return help;
}

void set_help(CLI::App& app, const CommandText& text) {
  app.formatter_fn([text](const CLI::App* shown, const std::string& name, CLI::AppFormatMode /*mode*/) {
    return help_text(*shown, name, text, width_of_output());
  });
}

}  // namespace gridfs::cli
