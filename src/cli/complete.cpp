#include "cli/complete.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include "gridfs/buckets.hpp"

#include "cli/options/configuration.hpp"
#include "cli/options/connection.hpp"
#include "cli/options/secrets.hpp"
#include "cli/options/usage_message.hpp"
#include "cli/output/output.hpp"
#include "transfer/candidates.hpp"
#include "util/process/unique_fd.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

constexpr std::size_t most_candidates = 200;
constexpr std::chrono::milliseconds time_to_connect{700};

// Before the kind of what the target of `cp` has.
constexpr std::string_view target_mark = "to-";

void say_nothing() {
  const util::UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  ::dup2(nowhere.get(), STDERR_FILENO);
}

// Whatever is being waited for, a name server among it. Nothing has been printed by then.
void end_within_a_second() {
  std::signal(SIGALRM, [](int /*signal*/) { ::_exit(0); });
  const itimerval timer{{}, {0, 900'000}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

// Of the words before the one that is completed, and that one.
void parse_incomplete(CLI::App& app, std::vector<std::string> line) {
  app.require_subcommand(0, 1);
  std::reverse(line.begin(), line.end());  // as CLI11 wants them
  try {
    app.parse(std::move(line));
  } catch (const CLI::ExtrasError&) {
    // All the others have been taken by then.
  }
}

bool is_given(const CLI::App& command, const char* name) {
  const CLI::Option* option = command.get_option_no_throw(name);
  return option != nullptr && option->count() > 0;
}

// Where `cp` copies to, as far as it is given.
TargetOptions target_of(const CLI::App& app) {
  TargetOptions target;
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::optional<std::string>*>>{
           {"--to-uri", &target.uri}, {"--to-uri-file", &target.uri_file}, {"--to-db", &target.database}}) {
    const CLI::Option* option = named_command(app)->get_option(name);
    if (option->count() > 0) *value = option->results().back();
  }
  return target;
}

// Operands are not what their word in the usage line says where an option makes them something else.
std::string kind_of(const std::string& kind, const CLI::App& app) {
  if (kind != "id" && kind != "name") return kind;
  for (const CLI::App* command : app.get_subcommands()) {
    if (is_given(*command, "--recursive")) return "prefix";
    if (command->get_name() != "rename") continue;
    const auto operands = command->get_options([](const CLI::Option* option) { return option->get_positional(); });
    if (is_given(*command, "--name") || operands.front()->count() > 1) return "name";
  }
  return kind;
}

void append(std::string& text, const std::string& candidate, const std::string& description = {}) {
  if (candidate.find('\t') != std::string::npos) return;  // a shell would take it for the beginning of a description
  text += candidate;
  if (!description.empty()) text += '\t' + util::escape(description);
  text += '\0';
}

std::string starting_with(const std::string& start, std::vector<std::string> names) {
  std::string text;
  std::erase_if(names, [&](const std::string& name) { return !name.starts_with(start); });
  names.resize(std::min(names.size(), most_candidates));
  for (const std::string& name : names) append(text, name);
  return text;
}

std::string stored(const Bucket& bucket, const std::string& kind, const std::string& start) {
  std::string text;
  if (kind == "id") {
    for (const auto& [id, name] : transfer::id_candidates(bucket, start, most_candidates)) append(text, id, name);
    return text;
  }
  constexpr std::string_view mark = "gridfs:";
  const bool is_marked = kind == "sync";
  if (kind != "name" && kind != "prefix" && !is_marked) return text;
  if (is_marked && !start.starts_with(mark)) {
    if (mark.starts_with(start)) append(text, std::string(mark));
    return text;
  }
  const auto level = kind == "name" ? transfer::Level::names_and_directories : transfer::Level::directories;
  const std::string before(is_marked ? mark : "");
  for (const auto& name : transfer::name_candidates(bucket, start.substr(before.size()), level, most_candidates)) {
    append(text, before + name);
  }
  return text;
}

std::string candidates(CLI::App& app, GlobalOptions& options, std::vector<std::string> words) {
  const std::string wanted = words.at(0);
  const std::string start = words.at(1);
  words.erase(words.begin(), words.begin() + 2);
  words.push_back(start);
  parse_incomplete(app, std::move(words));
  apply_configuration(app, options);
  if (!asks_nobody(options)) return {};
  std::string kind = kind_of(wanted, app);
  options.client.connect_timeout = time_to_connect;
  options.client.retry.retries = 0;
  if (!options.bucket.read_preference) {
    options.bucket.read_preference = ReadPreference{ReadPreference::Mode::secondary_preferred, {}, {}};
  }
  std::optional<Client> client(client_options(options, {}));
  std::string database = database_of(options, *client).name;
  if (kind.starts_with(target_mark)) {
    const TargetOptions target = target_of(app);
    if (!asks_nobody(target)) return {};
    if (target.other_deployment()) client.emplace(client_options(options, target, {}));
    database = database_of(target, *client, database);
    kind.erase(0, target_mark.size());
  }
  if (kind == "db") return starting_with(start, database_names(*client));
  BucketOptions bucket_settings = bucket_options(options, Access::read);
  if (kind == "bucket") bucket_settings.name = BucketOptions().name;  // what is typed of it need not be valid
  const Bucket bucket(*client, database, bucket_settings);
  return kind == "bucket" ? starting_with(start, bucket_names(bucket)) : stored(bucket, kind, start);
}

}  // namespace

void complete(CLI::App& app, GlobalOptions& options, std::span<char*> words) noexcept {
  try {
    say_nothing();
    end_within_a_second();
    std::vector<std::string> arguments(words.begin(), words.end());
    hide_secrets(static_cast<int>(words.size()), words.data());
    const std::string text = candidates(app, options, std::move(arguments));
    Output output;
    output.write(std::as_bytes(std::span(text)));
  } catch (const std::exception&) {
    // Who types wants no messages.
  }
}

}  // namespace gridfs::cli
