#include <string>
#include <string_view>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "cli/command.hpp"
#include "cli/options/configuration.hpp"
#include "cli/options/usage_error.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

struct ConfigOptions {
  std::vector<std::string> operands;
};

// Without what is secret, or may be.
std::string shown_value(const std::string& key, const std::string& value) {
  if (key == "uri") return redact_connection_string(value);
  return key == "password" || key == "password-command" ? "***" : value;
}

// What the help says in brackets.
std::string default_of(const CLI::Option& option) {
  const std::string& help = option.get_description();
  const auto begin = help.rfind('[');
  return begin == std::string::npos ? "" : help.substr(begin + 1, help.size() - begin - 2);
}

NamedDatabase database_of(Context& context) {
  ClientOptions options;
  options.uri = find_uri(context.options(), context.stop());
  // What a connection would need may be missing: this client makes none.
  if (user_without_password(options)) options.password = "unknown";
  options.tls.enabled = false;
  return cli::database_of(context.options(), Client(options));
}

std::string json_text(const std::string& key, const std::string& value, const std::string& source) {
  return Document()
      .append("option", Value(key))
      .append("value", Value(value))
      .append("source", Value(source))
      .to_json();
}

// For people with the names in a column; nothing is shortened.
std::string plain_text(const std::string& key, const std::string& value, const std::string& source, bool is_terminal) {
  constexpr std::string_view with_tabs = "{}\t{}\t{}";
  constexpr std::string_view in_columns = "{:<32}{}  ({})";
  return fmt::format(fmt::runtime(is_terminal ? in_columns : with_tabs), key, util::escape(value),
                     util::escape(source));
}

ExitCode run_config(const CLI::App& app, const ConfigOptions& options, Context& context) {
  if (!options.operands.empty()) throw UsageError("there are no operands");
  const auto& sources = context.options().sources;
  const auto print = [&](const std::string& key, const std::string& value, const std::string& source) {
    Output& output = context.output();
    output.line(context.options().json ? json_text(key, value, source)
                                       : plain_text(key, value, source, output.is_terminal()));
  };
  const auto print_given = [&](const std::string& key) {
    const auto source = sources.find(key);
    if (source == sources.end()) return false;
    print(key, shown_value(key, source->second.value), source->second.where);
    return true;
  };
  for (const CLI::Option* option : global_options(app)) {
    const std::string& key = key_of(*option);
    if (key == "db") {
      const auto database = database_of(context);
      print(key, database.name, database.source);
      continue;
    }
    if (print_given(key) || (key == "uri" && sources.contains("uri-file"))) continue;
    const std::string value = default_of(*option);
    if (!value.empty()) print(key, value, "default");
  }
  print_given("password");
  return ExitCode::done;
}

}  // namespace

void setup_config(CLI::App& app, Selection& selection) {
  add_command<ConfigOptions>(
      app, selection,
      {"config",
       "Print the global options in force, and where each comes from",
       "",
       "",
       "029",
       {"gridfs --profile backup config"}},
      [](ConfigOptions & options) -> auto& { return options.operands; },
      [](CLI::App& /*command*/, ConfigOptions& /*options*/) {},
      [&app](const ConfigOptions& options, Context& context) { return run_config(app, options, context); });
}

}  // namespace gridfs::cli
