#include "cli/run.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <iterator>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <spdlog/fmt/fmt.h>

#include "gridfs/error.hpp"
#include "gridfs/version.hpp"

#include "cli/command.hpp"
#include "cli/complete.hpp"
#include "cli/mongofiles.hpp"
#include "cli/options/configuration.hpp"
#include "cli/options/connection.hpp"
#include "cli/options/mongofiles_options.hpp"
#include "cli/options/secrets.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/options/usage_message.hpp"
#include "cli/output/explain.hpp"
#include "cli/output/messages.hpp"
#include "cli/output/report.hpp"
#include "cli/shutdown.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/signals.hpp"
#include "util/process/startup.hpp"

namespace gridfs::cli {

namespace {

CommandText program_text() {
  return {"gridfs",
          "Store, fetch and manage files in MongoDB's GridFS",
          "COMMAND [OPTIONS] [OPERANDS]",
          "",
          "0123456789",
          {"gridfs put photo.png", "gridfs ls -l", "gridfs get-by-name photo.png -o copy.png"}};
}

void add_commands(CLI::App& app, Selection& selection) {
  using Setups = std::vector<void (*)(CLI::App&, Selection&)>;
  const std::vector<std::pair<const char*, Setups>> groups{
      {"Moving files", {setup_put, setup_get, setup_get_by_name, setup_cat, setup_sync, setup_cp}},
      {"Listing", {setup_ls, setup_stat, setup_du, setup_buckets}},
      {"Changing and removing", {setup_rename, setup_meta, setup_rm, setup_prune}},
      {"Integrity", {setup_check}},
      {"Other", {setup_mongofiles, setup_config, setup_completion}},
  };
  for (const auto& [group, setups] : groups) {
    for (const auto set_up_command : setups) set_up_command(app, selection);
    for (CLI::App* command : app.get_subcommands({})) {
      if (command->get_group() == "Subcommands") command->group(group);
    }
  }
}

void set_up(CLI::App& app, GlobalOptions& options, Selection& selection) {
  app.require_subcommand(1);
  app.option_defaults()->take_last();
  app.set_help_flag("-h,--help", "Print this help")->take_last()->group("Other global options");
  const auto version_text = [] { return fmt::format("gridfs {} (libmongoc {})", version(), driver_version()); };
  app.set_version_flag("--version", version_text, "Print the version")->group("Other global options");
  set_help(app, program_text());
  add_global_options(app, options);
  add_commands(app, selection);
}

ExitCode report_usage(const std::string& command, const std::string& given, const GlobalOptions& options,
                      Output& output) {
  const std::string message = options.is_mongofiles ? in_words_of_mongofiles(given) : given;
  const std::string help = options.is_mongofiles ? "mongofiles" : command;
  say_error(fmt::format("{} (see 'gridfs {}--help')", message, help.empty() ? "" : help + " "));
  if (options.json) output.last_line(error_as_json(message, ExitCode::usage));
  return ExitCode::usage;
}

ExitCode report(const std::exception& error, const std::string& message, bool json, Output& output,
                const std::vector<std::string>& operands = {}) {
  const ExitCode code = exit_code_of(error);
  say_error(message);
  if (json) output.last_line(error_as_json(message, code, operand_in(message, operands)));
  return code;
}

// At the end of the time limit the error is only that it was stopped; after a
// signal there is nothing to report.
ExitCode report(const std::exception& error, const std::string& message, const std::vector<std::string>& operands,
                const Shutdown& shutdown, Context& context) {
  const bool json = context.options().json;
  if (!util::is_any_of<util::Interrupted, Stopped>(error)) {
    return report(error, message, json, context.output(), operands);
  }
  if (!shutdown.time_limit_passed()) return ExitCode::failure;
  const std::string& passed = shutdown.time_limit_message();
  return report(ConnectionError(passed), passed, json, context.output());
}

// For errors that are found before there is a command to run.
void start_messages_early(const std::string& command, CLI::App& app, GlobalOptions& options) {
  find_error_options(app, options);
  try {
    start_messages(command, 0, options.color, options.log);
  } catch (const util::LocalError& error) {
    say_error(error.what());
  }
}

ExitCode run_and_flush(const Selection& selection, Context& context) {
  ExitCode code = ExitCode::failure;
  try {
    code = selection.run(context);
  } catch (...) {
    context.output().flush();  // the results until then are valid
    throw;
  }
  context.output().flush();
  return code;
}

// Besides those of the connections: for waiting, for files, and the driver's
// own.
constexpr int descriptors_needed = 24;

ExitCode run_selected(const Selection& selection, const GlobalOptions& options) {
  start_messages(selection.name, options.quiet ? -1 : options.verbose, options.color, options.log);
  if (options.config_holds_secret) warn_if_others_can_read("configuration", *options.config);
  util::need_descriptors(descriptors_needed + options.bucket.parallelism);
  const auto progress = progress_style(options.quiet ? false : options.progress);
  Shutdown shutdown(options.timeout, progress, fmt::format("gridfs: {}: ", selection.name));
  Context context(options, shutdown);
  ExitCode code = ExitCode::failure;
  std::exception_ptr failure;
  std::string explanation;
  try {
    code = run_and_flush(selection, context);
  } catch (const std::exception& error) {
    failure = std::current_exception();
    explanation = explain(error, selection.operands->empty() ? "" : selection.operands->front(), context);
  }
  bool pipe_closed = false;
  code = shutdown.say_last([&] {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const util::ClosedPipe&) {
      pipe_closed = true;
    } catch (const UsageError& error) {
      code = report_usage(selection.name, error.what(), options, context.output());
    } catch (const std::exception& error) {
      code = report(error, explanation, *selection.operands, shutdown, context);
    }
    log_signal(shutdown.signal());
    say_leftovers(shutdown.leftovers());
    return code;
  });
  if (shutdown.signal() != 0) util::end_by_signal(shutdown.signal());
  if (pipe_closed) util::end_by_signal(SIGPIPE);
  return code;
}

ExitCode print_help(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream text;
  app.exit(error, text, text);
  Output output;
  output.write(std::as_bytes(std::span(text.view())));
  return ExitCode::done;
}

// Everything behind `--` is operands. CLI11 would give it to the program's own
// options where the command has operands enough.
std::vector<std::string> take_operands_behind_mark(std::vector<std::string>& arguments) {
  const auto mark = std::find(arguments.begin(), arguments.end(), "--");
  if (mark == arguments.end()) return {};
  std::vector<std::string> operands(std::next(mark), arguments.end());
  arguments.erase(mark, arguments.end());
  return operands;
}

// In our words where they are those of mongofiles.
std::vector<std::string> arguments_of(std::span<char*> words, GlobalOptions& options) {
  const bool is_link = !words.empty() && is_named_mongofiles(words.front());
  std::vector<std::string> arguments(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (!is_link && (arguments.empty() || arguments.front() != "mongofiles")) return arguments;
  options.is_mongofiles = true;
  auto translation = translate(std::span(arguments).subspan(is_link ? 0 : 1));
  options.client.password = std::move(translation.password);
  return std::move(translation.arguments);
}

// `help put` is `put --help`.
void translate_help(std::vector<std::string>& arguments) {
  const auto rest = std::find_if(arguments.begin(), arguments.end(), [](const auto& word) { return word != "help"; });
  if (rest == arguments.begin()) return;
  arguments.erase(arguments.begin(), rest);
  arguments.emplace_back("--help");
}

// `put` takes `--checksum=sha256` in two words as well, as it once did.
void translate_checksum(std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "put") == arguments.end()) return;
  constexpr std::array<std::string_view, 2> words{"--checksum", "sha256"};
  const auto at = std::search(arguments.begin(), arguments.end(), words.begin(), words.end());
  if (at != arguments.end()) arguments.erase(std::next(at));
}

// `--name -- -x` is the name `-x`.
void translate_name(std::vector<std::string>& arguments, std::vector<std::string>& operands) {
  if (operands.empty() || arguments.empty() || arguments.back() != "--name") return;
  arguments.back() += '=' + operands.front();
  operands.erase(operands.begin());
}

void parse(CLI::App& app, std::vector<std::string> arguments, const Selection& selection) {
  auto operands = take_operands_behind_mark(arguments);
  translate_name(arguments, operands);
  translate_help(arguments);
  translate_checksum(arguments);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  app.parse(std::move(arguments));
  selection.operands->insert(selection.operands->end(), operands.begin(), operands.end());
}

ExitCode parse_and_run(CLI::App& app, int argc, char** argv, GlobalOptions& options, const Selection& selection) {
  std::vector<std::string> arguments;
  Output output;
  try {
    arguments = arguments_of(std::span(argv, static_cast<std::size_t>(argc)), options);
  } catch (const UsageError& error) {
    start_messages_early("mongofiles", app, options);
    return report_usage("mongofiles", error.what(), options, output);
  }
  const auto refuse = [&](const std::string& message) {
    const std::string command = named_command(app) == nullptr ? "" : named_command(app)->get_name();
    start_messages_early(command, app, options);
    return report_usage(command, message, options, output);
  };
  try {
    parse(app, std::move(arguments), selection);
    hide_secrets(argc, argv, options.client.password.value_or(""));
    apply_configuration(app, options);
  } catch (const CLI::ParseError& error) {
    const bool wants_text = error.get_exit_code() == 0;  // --help or --version
    return wants_text && !names_unknown_command(app) ? print_help(app, error) : refuse(usage_message(app, error));
  } catch (const UsageError& error) {
    return refuse(error.what());
  } catch (const ConfigurationError& error) {
    start_messages_early("", app, options);
    return report(error, error.what(), options.json, output);
  }
  return run_selected(selection, options);
}

}  // namespace

int run(int argc, char** argv) {
  util::occupy_standard_streams();
  try {
    CLI::App app("", "gridfs");
    GlobalOptions options;
    Selection selection;
    set_up(app, options, selection);
    const std::span words(argv, static_cast<std::size_t>(argc));
    if (words.size() > 1 && words[1] == completion_request) {
      complete(app, options, words.subspan(2));
      return static_cast<int>(ExitCode::done);
    }
    return static_cast<int>(parse_and_run(app, argc, argv, options, selection));
  } catch (const std::exception& error) {
    say_error(error.what());
    return static_cast<int>(exit_code_of(error));
  }
}

}  // namespace gridfs::cli
