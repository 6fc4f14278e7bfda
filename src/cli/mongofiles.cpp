#include "cli/mongofiles.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <regex>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include "gridfs/document.hpp"

#include "cli/options/mongofiles_options.hpp"
#include "cli/options/usage_error.hpp"
#include "transfer/file_text.hpp"
#include "util/text/glob.hpp"
#include "util/text/similar.hpp"
#include "util/text/units.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::cli {

namespace {

using Option = MongofilesOption;

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

struct Command {
  std::string_view name;
  std::size_t least;  // of its operands
  std::size_t most;
};

constexpr std::array<Command, 9> known_commands{{{"list", 0, 1},
                                                 {"search", 1, 1},
                                                 {"put", 1, any_number},
                                                 {"put_id", 2, 2},
                                                 {"get", 1, any_number},
                                                 {"get_id", 1, 1},
                                                 {"get_regex", 1, 1},
                                                 {"delete", 1, 1},
                                                 {"delete_id", 1, 1}}};

bool goes_with(const Option& option, std::string_view command) {
  const std::string_view put = option.commands.substr(0, option.commands.find(' '));
  const std::string_view get = option.commands.substr(option.commands.rfind(' ') + 1);
  return command.starts_with(put) || command.starts_with(get);
}

bool is_connection_string(std::string_view text) {
  return text.starts_with("mongodb://") || text.starts_with("mongodb+srv://");
}

// As mongofiles reads it: Extended JSON, if it begins with a brace, else a text, even one that looks like a number
// or an ObjectId.
std::string id_of(const std::string& text) {
  if (text.starts_with("ObjectId(")) throw UsageError(R"(an ObjectId is written {"$oid": "..."})");
  return text.starts_with('{') ? text : transfer::format_id(Value(text));
}

std::string connection_string(std::string host, const std::string& port) {
  std::string query;
  if (const auto slash = host.find('/'); slash != std::string::npos) {
    if (slash == 0) throw UsageError("--host: for a socket use --uri");
    query = "?replicaSet=" + host.substr(0, slash);
    host.erase(0, slash + 1);
  }
  std::string hosts;
  for (std::size_t begin = 0; begin <= host.size();) {
    const auto end = std::min(host.find(',', begin), host.size());
    const std::string one = host.substr(begin, end - begin);
    const bool has_port = one.find(':', one.find(']') == std::string::npos ? 0 : one.find(']')) != std::string::npos;
    hosts += (hosts.empty() ? "" : ",") + one + (has_port || port.empty() ? "" : ":" + port);
    begin = end + 1;
  }
  return "mongodb://" + hosts + "/" + query;
}

// mongofiles takes documents as the shell writes them, such as `{w: 'majority'}`.
std::string as_json(const std::string& text) {
  static const std::regex key(R"(([{,]\s*)([A-Za-z_]\w*)\s*:)");
  static const std::regex single_quotes(R"('([^'"\\]*)')");
  return std::regex_replace(std::regex_replace(text, single_quotes, "\"$1\""), key, "$1\"$2\":");
}

// A command line, taken apart.
struct Words {
  std::vector<std::string> operands;
  std::vector<std::string> ours;                           // the options that have the same meaning
  std::map<std::string_view, std::string> others;          // the values of those that have not, by Option::names
  std::vector<std::pair<const Option*, std::string>> all;  // and the name that was given

  [[nodiscard]] std::optional<std::string> value_of(const std::string& name) const {
    const auto found = others.find(find_option(name).names);
    return found == others.end() ? std::nullopt : std::optional(found->second);
  }

  void add(const std::string& option, const std::string& value) { ours.push_back(option + '=' + value); }

  // Of several, the first.
  std::string take_operand() {
    std::string operand = operands.front();
    operands.erase(operands.begin());
    return operand;
  }
};

class Parser {
 public:
  explicit Parser(std::span<const std::string> arguments) : rest_(arguments) {}

  Words parse() {
    while (!rest_.empty()) {
      const std::string argument = next();
      if (argument == "--") {
        words_.operands.insert(words_.operands.end(), rest_.begin(), rest_.end());
        break;
      }
      if (argument.starts_with("--")) {
        const auto sign = argument.find('=');
        take(argument.substr(0, sign),
             sign == std::string::npos ? std::nullopt : std::optional(argument.substr(sign + 1)));
      } else if (argument.size() > 1 && argument.starts_with('-')) {
        take_letters(argument);
      } else {
        words_.operands.push_back(argument);
      }
    }
    return std::move(words_);
  }

 private:
  std::string next() {
    std::string argument = rest_.front();
    rest_ = rest_.subspan(1);
    return argument;
  }

  // `-rv`, `-dNAME`, `-d=NAME`
  void take_letters(const std::string& argument) {
    for (std::size_t at = 1; at < argument.size(); ++at) {
      const std::string name{'-', argument[at]};
      const std::string behind = argument.substr(at + 1);
      if (behind.starts_with('=')) return take(name, behind.substr(1));
      if (!behind.empty() && find_option(name).takes_value) return take(name, behind);
      take(name, std::nullopt);
    }
  }

  void take(const std::string& name, std::optional<std::string> value) {
    const Option& option = find_option(name);
    if (option.names == " -v --verbose ") return take_verbose(value.value_or("1"));
    if (option.takes_value && !value && !rest_.empty()) value = next();
    if (option.takes_value && value.value_or("").empty()) throw UsageError(name + " needs a value");
    if (!option.takes_value && value) throw UsageError(name + " takes no value");
    words_.all.emplace_back(&option, name);
    const bool is_document = option.ours == "--write-concern" || option.ours == "--read-preference";
    if (is_document && value->starts_with('{')) value = as_json(*value);
    if (option.ours.empty()) {
      words_.others[option.names] = *value;
    } else {
      words_.ours.push_back(std::string(option.ours) + (value ? '=' + *value : ""));
    }
  }

  void take_verbose(const std::string& level) {
    const auto count = util::parse_number<int>(level);
    if (!count || *count < 0 || *count > 9) throw UsageError("--verbose: '" + level + "' is not 0 to 9");
    words_.ours.insert(words_.ours.end(), static_cast<std::size_t>(*count), "--verbose");
  }

  std::span<const std::string> rest_;
  Words words_;
};

// From the option, an operand, or --host and --port.
void translate_connection(Words& words) {
  std::optional<std::string> uri = words.value_of("--uri");
  const auto begin = std::stable_partition(words.operands.begin(), words.operands.end(),
                                           [](const std::string& one) { return !is_connection_string(one); });
  if (std::distance(begin, words.operands.end()) + (uri ? 1 : 0) > 1) throw UsageError("one connection string at most");
  if (begin != words.operands.end()) uri = *begin;
  words.operands.erase(begin, words.operands.end());
  const auto host = words.value_of("--host");
  const auto port = words.value_of("--port");
  if (uri && (host || port)) throw UsageError("--host and --port exclude a connection string");
  if (port && !util::parse_number<std::uint16_t>(*port))
    throw UsageError("--port: '" + *port + "' is not a port number");
  if (host || port) uri = connection_string(host.value_or("localhost"), port.value_or(""));
  if (uri) words.add("--uri", *uri);
}

// An operand that resembles none may be a password.
[[noreturn]] void throw_unknown_command(const std::string& name) {
  std::vector<std::string> names;
  names.reserve(known_commands.size());
  for (const Command& command : known_commands) names.emplace_back(command.name);
  const std::string meant = util::most_similar(name, names);
  if (meant.empty()) {
    throw UsageError(fmt::format("the first operand is not a command of mongofiles: {}", fmt::join(names, ", ")));
  }
  throw UsageError("'" + name + "' is not a command of mongofiles: did you mean " + meant + "?");
}

void check(const std::string& name, const Words& words) {
  const auto* command =
      std::find_if(known_commands.begin(), known_commands.end(), [&](const Command& one) { return one.name == name; });
  if (command == known_commands.end()) throw_unknown_command(name);
  for (const auto& [option, given] : words.all) {
    if (!goes_with(*option, name)) throw UsageError(fmt::format("{} does not go with {}", given, name));
  }
  const auto& operands = words.operands;
  if (operands.size() < command->least) throw UsageError(name + ": an operand is missing");
  if (operands.size() > command->most) throw UsageError(name + ": too many operands");
  if (std::find(operands.begin(), operands.end(), "") != operands.end())
    throw UsageError(name + ": an operand is empty");
  const std::size_t files = name == "put_id" ? 1 : operands.size();
  if (words.value_of("--local") && (files > 1 || name == "get_regex")) throw UsageError("--local goes with one file");
}

const char* translate_list(const std::string& command, Words& words) {
  std::string pattern = words.operands.empty() ? "" : words.take_operand();
  if (!util::is_utf8(pattern)) throw UsageError("'" + pattern + "' is not UTF-8, as every filename is");
  if (command == "list") pattern = util::prefix_regex(pattern);
  if (pattern != "^") {
    words.add("--filter", Document().append("filename", Value(RegularExpression{pattern, ""})).to_json());
  }
  words.ours.emplace_back("--size");
  return "ls";
}

const char* translate_put(const std::string& command, Words& words) {
  words.ours.emplace_back("--silent");
  if (command == "put_id") {
    words.add("--id", id_of(words.operands.back()));
    words.operands.pop_back();
  }
  if (words.operands.size() > 1) {
    words.ours.emplace_back("--keep-path");
  } else {
    words.add("--name", words.operands.front());
  }
  if (const auto local = words.value_of("--local")) words.operands.front() = *local;
  return "put";
}

const char* translate_get(const std::string& command, Words& words) {
  words.ours.emplace_back("--force");
  if (const auto local = words.value_of("--local")) words.add("--output", *local);
  if (command == "get_id") {
    words.operands.front() = id_of(words.operands.front());
    return "get";
  }
  if (command == "get_regex") {
    const auto flags = words.value_of("--regexOptions");
    if (flags && flags->find_first_not_of("imsx") != std::string::npos) {
      throw UsageError("--regexOptions: it must be of i, m, s and x");
    }
    words.ours.emplace_back("--recursive");
    words.add("--regex", (flags ? "(?" + *flags + ")" : "") + std::exchange(words.operands.front(), ""));
  } else {
    words.ours.emplace_back("--literal");
  }
  return "get-by-name";
}

const char* translate_delete(const std::string& command, Words& words) {
  if (command == "delete_id") {
    words.operands.front() = id_of(words.operands.front());
  } else {
    words.add("--name", words.take_operand());
    words.ours.insert(words.ours.end(), {"--literal", "--all-revisions"});
  }
  return "rm";
}

}  // namespace

bool is_named_mongofiles(std::string_view program) { return program.substr(program.rfind('/') + 1) == "mongofiles"; }

Translation translate(std::span<const std::string> arguments) {
  const auto is_given = [&](const char* option) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::find(arguments.begin(), end, option) != end;
  };
  if (is_given("--help")) return {{"mongofiles", "--help"}, {}};
  if (is_given("--version")) return {{"--version"}, {}};
  Words words = Parser(arguments).parse();
  translate_connection(words);
  if (words.operands.empty()) throw UsageError("a command is required");
  const std::string command = words.take_operand();
  check(command, words);
  auto* const translate_command = command.starts_with("put")      ? translate_put
                                  : command.starts_with("get")    ? translate_get
                                  : command.starts_with("delete") ? translate_delete
                                                                  : translate_list;
  std::vector<std::string> ours{translate_command(command, words)};
  ours.insert(ours.end(), words.ours.begin(), words.ours.end());
  ours.emplace_back("--");
  ours.insert(ours.end(), words.operands.begin(), words.operands.end());
  return {std::move(ours), words.value_of("--password")};
}

}  // namespace gridfs::cli
