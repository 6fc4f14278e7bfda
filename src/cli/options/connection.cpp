#include "cli/options/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "cli/options/secrets.hpp"
#include "cli/options/usage_error.hpp"
#include "util/fs/input.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/terminal.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

std::string first_line(std::string text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  return text;
}

// A file that an option names is no operand: that it is missing is a command line that is wrong.
template <typename Read>
auto of_option(const std::string& option, Read read) {
  try {
    return read();
  } catch (const util::LocalError& error) {
    if (error.error() != ENOENT) throw;
    throw UsageError(option + ": " + error.what());
  }
}

std::string first_line_of_file(const std::string& option, const std::string& path, const std::stop_token& stop) {
  return of_option(option, [&] { return first_line(util::read_text(util::Input::of_operand(path), stop)); });
}

std::string first_line_of_command(const std::string& command, const std::stop_token& stop) {
  try {
    const std::string text = util::read_text(util::Input::of_command(command, "--password-command"), stop);
    if (!text.empty()) return first_line(text);
  } catch (const util::LocalError& error) {
    throw UsageError(error.what());
  }
  throw UsageError("--password-command: the command wrote nothing");
}

// What an option and the one of its name with `-file` behind it give.
std::optional<std::string> given_uri(const std::string& option, const std::optional<std::string>& uri,
                                     const std::optional<std::string>& file, const std::stop_token& stop) {
  const std::string file_option = option + "-file";
  if (uri && file) throw UsageError(option + " and " + file_option + " exclude each other");
  if (uri) {
    if (may_hold_secret(*uri)) {
      say_warning(option + ": other users can see a password on the command line: use " + file_option);
    }
    return uri;
  }
  if (!file) return std::nullopt;
  auto text = first_line_of_file(file_option, *file, stop);
  if (may_hold_secret(text)) warn_if_others_can_read(file_option, *file);
  return text;
}

// The password of the user that the options name without one, if they do.
// @param of     of what the user is one, for the question
// @param where  what would give the password
std::optional<std::string> ask_password(const ClientOptions& client, const std::string& of, const std::string& where,
                                        const std::stop_token& stop) {
  const auto user = user_without_password(client);
  if (!user) return std::nullopt;
  std::optional<std::string> password;
  try {
    password = util::prompt_secret("Password for " + *user + of + ": ", stop);
  } catch (const util::LocalError&) {
    throw UsageError("no password for the user '" + *user + "'" + of + ": give " + where + ", or run on a terminal");
  }
  if (!password) throw UsageError("no password entered");
  if (password->empty()) throw UsageError("the password is empty");
  return password;
}

std::optional<std::string> find_password(const GlobalOptions& options, const ClientOptions& client,
                                         const std::stop_token& stop) {
  if (options.client.password) {
    if (options.is_on_command_line("password")) {
      say_warning("--password: other users can see a password on the command line: use --password-file");
    }
    return options.client.password;
  }
  if (options.password_file) {
    auto password = first_line_of_file("--password-file", *options.password_file, stop);
    if (password.empty()) throw UsageError("--password-file: its first line is empty");
    warn_if_others_can_read("--password-file", *options.password_file);
    return password;
  }
  if (options.password_command) return first_line_of_command(*options.password_command, stop);
  return ask_password(client, "", "--password-file or --password-command", stop);
}

std::string option_text(const std::string& name, const std::string& value) {
  return ' ' + name + ' ' + util::shell_quote(value);
}

// For a missing file libmongoc reports only that TLS could not be set up.
void check_readable(const std::string& option, const std::optional<std::string>& file) {
  if (file) of_option(option, [&] { return util::Input::open(*file); });
}

// Null: it is the default.
const OptionSource* source_of_uri(const GlobalOptions& options) {
  for (const char* name : {"uri", "uri-file"}) {
    if (const auto source = options.sources.find(name); source != options.sources.end()) return &source->second;
  }
  return nullptr;
}

void check(const GlobalOptions& options) {
  if (options.client.password && (options.password_file || options.password_command)) {
    throw UsageError("--password excludes --password-file and --password-command");
  }
  if (options.password_file && options.password_command) {
    throw UsageError("--password-file and --password-command exclude each other");
  }
  if (options.uri_file == "-" && options.password_file == "-") throw UsageError("standard input can be read once");
  check_readable("--tls-ca-file", options.client.tls.ca_file);
  check_readable("--tls-cert-key-file", options.client.tls.cert_key_file);
}

}  // namespace

void warn_if_others_can_read(const std::string& option, const std::string& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  const bool readable = (status.permissions() & std::filesystem::perms::others_read) != std::filesystem::perms::none;
  if (error || file == "-" || !std::filesystem::is_regular_file(status) || !readable) return;
  say_warning(option + ": " + file + ": other users can read it: chmod 600");
}

std::string find_uri(const GlobalOptions& options, const std::stop_token& stop) {
  if (options.uri && !options.is_on_command_line("uri")) return *options.uri;
  return given_uri("--uri", options.uri, options.uri_file, stop).value_or(ClientOptions().uri);
}

ClientOptions client_options(const GlobalOptions& options, const std::stop_token& stop) {
  check(options);
  ClientOptions client = options.client;
  client.uri = find_uri(options, stop);
  client.password = find_password(options, client, stop);
  if (client.password || may_hold_secret(client.uri)) forbid_core_dumps();
  client.stop = stop;
  return client;
}

ClientOptions client_options(const GlobalOptions& options, const TargetOptions& target, const std::stop_token& stop) {
  ClientOptions client;
  client.uri = given_uri("--to-uri", target.uri, target.uri_file, stop).value();
  client.password = ask_password(client, " of --to-uri", "--to-uri-file with a password in it", stop);
  client.connect_timeout = options.client.connect_timeout;
  client.retry = options.client.retry;
  if (client.password || may_hold_secret(client.uri)) forbid_core_dumps();
  client.stop = stop;
  return client;
}

bool asks_nobody(const GlobalOptions& options) {
  if (options.read_standard_input() || options.password_command) return false;
  if (options.client.password || options.password_file) return true;
  ClientOptions client = options.client;
  client.uri = find_uri(options, {});
  return !user_without_password(client);
}

bool asks_nobody(const TargetOptions& target) {
  if (!target.other_deployment()) return true;
  if (target.uri_file == "-") return false;
  ClientOptions client;
  client.uri = given_uri("--to-uri", target.uri, target.uri_file, {}).value();
  return !user_without_password(client);
}

NamedDatabase database_of(const GlobalOptions& options, const Client& client) {
  const std::string& of_uri = client.default_database();
  const auto* uri = source_of_uri(options);
  const auto db = options.sources.find("db");
  if (db != options.sources.end()) {
    // Everyone authenticates in `admin`, and stores nothing there.
    const bool is_overruled = uri != nullptr && uri->rank < db->second.rank && !of_uri.empty() && of_uri != "admin";
    if (!is_overruled) return {*options.database, db->second.where};
  }
  if (of_uri.empty()) return {"test", "default"};
  return {of_uri, uri == nullptr ? "default" : uri->where};
}

std::string database_of(const TargetOptions& target, const Client& client, const std::string& from) {
  if (target.database) return *target.database;
  return target.other_deployment() && !client.default_database().empty() ? client.default_database() : from;
}

std::string uri_source(const GlobalOptions& options) {
  const auto* source = source_of_uri(options);
  return source == nullptr ? "the default" : source->where;
}

std::string options_of_bucket(const GlobalOptions& options, const Client& client) {
  using Rank = OptionSource::Rank;
  std::string text;
  const auto add = [&](const std::string& name, Rank weakest) {
    const auto source = options.sources.find(name);
    if (source == options.sources.end() || source->second.rank > weakest || source->second.value == "-") return;
    const bool is_flag = name == "tls" || name.starts_with("tls-allow");
    text += is_flag ? ' ' + source->second.where : option_text("--" + name, source->second.value);
  };
  for (const char* name :
       {"config", "profile", "uri", "uri-file", "username", "password-file", "auth-db", "auth-mechanism", "tls",
        "tls-ca-file", "tls-cert-key-file", "tls-allow-invalid-certificates", "tls-allow-invalid-hostnames"}) {
    add(name, Rank::command_line);
  }
  // One in the connection string is there already.
  if (database_of(options, client).source != uri_source(options)) add("db", Rank::environment);
  add("bucket", Rank::environment);
  return text;
}

std::string options_of_bucket(const TargetOptions& target, const std::string& database, const std::string& bucket) {
  std::string text;
  if (target.uri) text += option_text("--uri", *target.uri);
  if (target.uri_file && target.uri_file != "-") text += option_text("--uri-file", *target.uri_file);
  return text + option_text("--db", database) + option_text("--bucket", bucket);
}

BucketOptions bucket_options(const GlobalOptions& options, Access access) {
  BucketOptions bucket = options.bucket;
  if (access == Access::copy_from || access == Access::copy_to) bucket.memory_bytes /= 2;
  if (access == Access::read || access == Access::copy_from) {
    bucket.write_concern = WriteConcern();
  } else {
    // What to change is decided by what the primary has, to its last write.
    bucket.read_concern = ReadConcern{"local"};
    bucket.read_preference = ReadPreference();
  }
  return bucket;
}

}  // namespace gridfs::cli
