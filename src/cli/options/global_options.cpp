#include "cli/options/global_options.hpp"

#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"

namespace gridfs::cli {

namespace {

std::chrono::milliseconds parse_time_limit(const std::string& text) {
  const auto limit = parse_seconds(text);
  if (limit.count() == 0) throw UsageError("it must be longer than 0 seconds");
  return limit;
}

std::int64_t parse_retries(const std::string& text) {
  constexpr std::int64_t most = 1000;
  const auto retries = parse_whole_number(text);
  if (retries < 0 || retries > most) throw UsageError("it must be 0 to 1000");
  return retries;
}

std::int64_t parse_jobs(const std::string& text) {
  constexpr std::int64_t most = 64;
  const auto jobs = parse_whole_number(text);
  if (jobs < 1 || jobs > most) throw UsageError("it must be 1 to 64");
  return jobs;
}

ColorMode parse_color(const std::string& text) {
  if (text == "auto") return ColorMode::automatic;
  if (text == "always") return ColorMode::always;
  if (text == "never") return ColorMode::never;
  throw UsageError("'" + text + "' is none of auto, always, never");
}

void add_connection_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("--uri", options.uri,
                 "Connection string [GRIDFS_URI, then MONGODB_URI, then mongodb://localhost:27017]")
      ->type_name("URI");
  app.add_option("--uri-file", options.uri_file, "Read the connection string from a file, or - for standard input")
      ->type_name("FILE");
  app.add_option("-u,--username", options.username, "User to authenticate as")->type_name("USER");
  app.add_option("--password-file", options.password_file, "Read the password from the first line of a file")
      ->type_name("FILE");
  app.add_option("--password-command", options.password_command,
                 "Read the password from the first line of a shell command's output")
      ->type_name("CMD");
  app.add_option("--auth-db", options.auth_source, "Authentication database")->type_name("DB");
  app.add_option("--auth-mechanism", options.auth_mechanism, "Authentication mechanism, such as SCRAM-SHA-256")
      ->type_name("M");
  add_flag(app, "--tls,!--no-tls", options.tls.enabled, "Use TLS or do not, regardless of the connection string");
  app.add_option("--tls-ca-file", options.tls.ca_file, "Certificate authorities to trust, PEM")->type_name("FILE");
  app.add_option("--tls-cert-key-file", options.tls.cert_key_file, "Client certificate and private key, PEM")
      ->type_name("FILE");
  add_flag(app, "--tls-allow-invalid-certificates", options.tls.allow_invalid_certificates,
           "Accept any server certificate");
  add_flag(app, "--tls-allow-invalid-hostnames", options.tls.allow_invalid_hostnames,
           "Accept a certificate issued for another host");
}

void add_bucket_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("-d,--db", options.database, "Database [the connection string's, else test]")->type_name("DB");
  app.add_option("-b,--bucket,--prefix", options.bucket, "Bucket [fs]")->type_name("NAME");
  add_parsed(app, "--write-concern", options.write_concern, parse_write_concern,
             "Number of members, majority, a tag, or a JSON document")
      ->type_name("WC");
  add_parsed(app, "--read-preference", options.read_preference, parse_read_preference, "Mode, or a JSON document")
      ->type_name("RP");
  add_parsed(app, "--read-concern", options.read_concern, parse_read_concern, "Level, or a JSON document")
      ->type_name("RC");
}

void add_limit_options(CLI::App& app, GlobalOptions& options) {
  add_parsed(app, "--retries", options.retries, parse_retries, "Number of retries after a transient failure [3]")
      ->type_name("N");
  add_parsed(app, "--retries-sleep", options.retries_sleep, parse_seconds,
             "Delay before the first retry; doubles each time [0.5]")
      ->type_name("SECONDS");
  add_parsed(app, "--timeout", options.timeout, parse_time_limit, "Time limit for the whole command [none]")
      ->type_name("SECONDS");
  add_parsed(app, "--connect-timeout", options.connect_timeout, parse_time_limit,
             "Time limit for reaching a server [30]")
      ->type_name("SECONDS");
  add_parsed(app, "-j,--jobs", options.jobs, parse_jobs, "Connections to use in parallel [4]")->type_name("N");
}

void add_output_options(CLI::App& app, GlobalOptions& options) {
  add_flag(app, "-v,--verbose", options.verbose, "Print more messages on standard error; may be repeated");
  add_flag(app, "-q,--quiet", options.quiet, "Print only errors, and warnings about data");
  add_parsed(app, "--color", options.color, parse_color, "Colours on standard error: auto, always, never")
      ->type_name("WHEN");
  add_flag(app, "--json", options.json, "Write newline-delimited JSON to standard output");
  add_flag(app, "-n,--dry-run", options.dry_run, "Report what would be done, change nothing");
}

}  // namespace

void add_global_options(CLI::App& app, GlobalOptions& options) {
  add_connection_options(app, options);
  add_bucket_options(app, options);
  add_limit_options(app, options);
  add_output_options(app, options);
}

}  // namespace gridfs::cli
