#include "cli/options/global_options.hpp"

#include <initializer_list>
#include <utility>

#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

std::chrono::milliseconds parse_time_limit(const std::string& text) {
  const auto limit = util::parse_duration(text);
  if (limit.count() == 0) throw UsageError("it must be longer than 0 seconds");
  return limit;
}

std::string parse_username(const std::string& text) {
  if (text.empty()) throw UsageError("it must not be empty");
  return text;
}

int parse_retries(const std::string& text) { return static_cast<int>(parse_whole_number(text, 0, 1000)); }

int parse_jobs(const std::string& text) { return static_cast<int>(parse_whole_number(text, 1, 64)); }

std::int64_t parse_rate(const std::string& text) {
  const auto rate = parse_size_option(text);
  if (rate < 1) throw UsageError("it must be at least 1 byte");
  return rate;
}

ColorMode parse_color(const std::string& text) {
  return parse_choice<ColorMode>(
      text, {{"auto", ColorMode::automatic}, {"always", ColorMode::always}, {"never", ColorMode::never}});
}

std::optional<bool> parse_progress(const std::string& text) {
  return parse_choice<std::optional<bool>>(text, {{"auto", std::nullopt}, {"always", true}, {"never", false}});
}

void add_progress_options(CLI::App& app, GlobalOptions& options) {
  auto* progress = add_function(
      app, "--progress WHEN", [&options](const std::string& text) { options.progress = parse_progress(text); },
      "Progress on standard error: auto, always, never [auto]");
  // Another value of the same option, so that the last one of both counts.
  const auto never = [progress](std::int64_t count) {
    if (count > 0) progress->add_result("never")->run_callback();
  };
  app.add_flag_function("--no-progress", never, "The same as --progress never")
      ->disable_flag_override()
      ->trigger_on_parse();
}

LogFormat parse_log_format(const std::string& text) {
  return parse_choice<LogFormat>(text, {{"text", LogFormat::text}, {"json", LogFormat::json}});
}

void add_connection_options(CLI::App& app, GlobalOptions& options) {
  add_text(app, "--uri URI", options.uri, "Connection string [mongodb://localhost:27017]");
  add_text(app, "--uri-file FILE", options.uri_file, "Read the connection string from a file, or - for standard input");
  add_parsed(app, "-u,--username USER", options.client.username, parse_username, "User to authenticate as");
  add_text(app, "--password-file FILE", options.password_file, "Read the password from the first line of a file");
  add_text(app, "--password-command CMD", options.password_command,
           "Read the password from the first line of a shell command's output");
  add_text(app, "--auth-db DB", options.client.auth_source, "Authentication database");
  add_text(app, "--auth-mechanism M", options.client.auth_mechanism, "Authentication mechanism, such as SCRAM-SHA-256");
  add_flag(app, "--tls,!--no-tls", options.client.tls.enabled,
           "Use TLS or do not, regardless of the connection string");
  add_text(app, "--tls-ca-file FILE", options.client.tls.ca_file, "Certificate authorities to trust, PEM");
  add_text(app, "--tls-cert-key-file FILE", options.client.tls.cert_key_file,
           "Client certificate and private key, PEM");
  add_flag(app, "--tls-allow-invalid-certificates", options.client.tls.allow_invalid_certificates,
           "Accept any server certificate");
  add_flag(app, "--tls-allow-invalid-hostnames", options.client.tls.allow_invalid_hostnames,
           "Accept a certificate issued for another host");
}

void add_bucket_options(CLI::App& app, GlobalOptions& options) {
  add_text(app, "-d,--db DB", options.database, "Database [the connection string's, else test]");
  add_text(app, "-b,--bucket,--prefix BUCKET", options.bucket.name, "Bucket [fs]");
  add_parsed(app, "--write-concern WC", options.bucket.write_concern, parse_write_concern,
             "Number of members, majority, a tag, or a JSON document");
  add_parsed(app, "--read-preference RP", options.bucket.read_preference, parse_read_preference,
             "Mode, or a JSON document");
  add_parsed(app, "--read-concern RC", options.bucket.read_concern, parse_read_concern, "Level, or a JSON document");
}

void add_limit_options(CLI::App& app, GlobalOptions& options) {
  add_parsed(app, "--retries N", options.client.retry.retries, parse_retries,
             "Number of retries after a transient failure [3]");
  add_parsed(app, "--retries-sleep DURATION", options.client.retry.delay, util::parse_duration,
             "Delay before the first retry; doubles each time [0.5]");
  add_parsed(app, "--timeout DURATION", options.timeout, parse_time_limit, "Time limit for the whole command [none]");
  add_parsed(app, "--connect-timeout DURATION", options.client.connect_timeout, parse_time_limit,
             "Time limit for reaching a server [30]");
  add_parsed(app, "-j,--jobs N", options.bucket.parallelism, parse_jobs, "Connections to use in parallel [4]");
  add_parsed(app, "--bwlimit RATE", options.bytes_per_second, parse_rate,
             "Bytes of content per second over all connections, such as 500K [no limit]");
}

void add_output_options(CLI::App& app, GlobalOptions& options) {
  add_flag(app, "-v,--verbose", options.verbose, "Print more messages on standard error; may be repeated");
  add_flag(app, "-q,--quiet", options.quiet, "Print only errors, and warnings about data");
  add_parsed(app, "--color WHEN", options.color, parse_color, "Colours on standard error: auto, always, never [auto]");
  add_progress_options(app, options);
  add_flag(app, "--json", options.json, "Write newline-delimited JSON to standard output");
  add_flag(app, "-n,--dry-run", options.dry_run, "Report what would be done, change nothing");
  add_text(app, "--log-file FILE", options.log.file, "Append all messages to a file, which is rotated at 10 MiB");
  add_parsed(app, "--log-format FORMAT", options.log.format, parse_log_format, "Of the log file: text or json [text]");
  add_flag(app, "--syslog", options.log.syslog, "Send all messages to the system's log");
}

void add_configuration_options(CLI::App& app, GlobalOptions& options) {
  add_text(app, "--config FILE", options.config, "Configuration file [~/.config/gridfs/config.toml]");
  add_text(app, "--profile PROFILE", options.profile, "Profile of the configuration file");
}

}  // namespace

void add_global_options(CLI::App& app, GlobalOptions& options) {
  using Add = void (*)(CLI::App&, GlobalOptions&);
  const std::string usual = app.option_defaults()->get_group();
  for (const auto& [group, add] : std::initializer_list<std::pair<const char*, Add>>{
           {"Global options for the connection", add_connection_options},
           {"Global options for the bucket", add_bucket_options},
           {"Global options for limits and retries", add_limit_options},
           {"Global options for output", add_output_options},
           {"Global options for configuration", add_configuration_options}}) {
    app.option_defaults()->group(group);
    add(app, options);
  }
  app.option_defaults()->group(usual);
}

std::vector<const CLI::Option*> global_options(const CLI::App& app) {
  return app.get_options([&](const CLI::Option* option) {
    return option != app.get_help_ptr() && option != app.get_version_ptr() && !option->check_lname("no-progress");
  });
}

}  // namespace gridfs::cli
