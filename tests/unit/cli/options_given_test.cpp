#include <CLI/App.hpp>

#include "cli/commands/get.hpp"
#include "cli/commands/put.hpp"
#include "cli/options/global_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "support/catch.hpp"

using namespace gridfs::cli;

namespace {

template <typename Options>
Options parsed(void (*add_options)(CLI::App&, Options&), const std::string& command_line) {
  CLI::App app;
  Options options;
  add_options(app, options);
  app.parse(command_line);
  return options;
}

bool is_empty(const gridfs::transfer::FileFilter& filter) { return !filter.is_given(); }

}  // namespace

TEST_CASE("a global option that is not given is not given") {
  const auto options = parsed(add_global_options, "");
  CHECK_FALSE(options.uri);
  CHECK_FALSE(options.uri_file);
  CHECK_FALSE(options.client.username);
  CHECK_FALSE(options.password_file);
  CHECK_FALSE(options.password_command);
  CHECK_FALSE(options.client.auth_source);
  CHECK_FALSE(options.client.auth_mechanism);
  CHECK_FALSE(options.client.tls.enabled);
  CHECK_FALSE(options.client.tls.ca_file);
  CHECK_FALSE(options.client.tls.cert_key_file);
  CHECK_FALSE(options.client.tls.allow_invalid_certificates);
  CHECK_FALSE(options.client.tls.allow_invalid_hostnames);
  CHECK_FALSE(options.database);
  CHECK_FALSE(options.bucket.write_concern);
  CHECK_FALSE(options.bucket.read_preference);
  CHECK_FALSE(options.bucket.read_concern);
  CHECK_FALSE(options.timeout);
  CHECK_FALSE(options.client.connect_timeout);
}

TEST_CASE("an option of a command that is not given is not given") {
  const auto put = parsed(add_put_options, "");
  CHECK_FALSE(put.files_from);
  CHECK_FALSE(put.files_from0);
  CHECK_FALSE(put.from_command);
  CHECK_FALSE(put.name);
  CHECK_FALSE(put.id);
  CHECK_FALSE(put.chunk_size);
  CHECK_FALSE(put.metadata_text);
  CHECK_FALSE(put.content_type);
  CHECK(is_empty(put.filter));
  const auto get = parsed(add_get_by_name_options, "");
  CHECK_FALSE(get.output);
  CHECK_FALSE(get.pattern);
  CHECK_FALSE(get.lookup.revision);
  CHECK(is_empty(get.filter));
}

TEST_CASE("registering an option changes no value") {
  CLI::App app;
  std::optional<bool> unset;
  std::optional<bool> set = true;
  bool flag = true;
  int count = 7;
  add_flag(app, "--unset,!--no-unset", unset, "");
  add_flag(app, "--set", set, "");
  add_flag(app, "--flag", flag, "");
  add_flag(app, "--count", count, "");
  app.parse("");
  CHECK_FALSE(unset);
  CHECK(set == true);
  CHECK(flag);
  CHECK(count == 7);
}

TEST_CASE("of a flag and its opposite the last one wins") {
  CHECK(parsed(add_global_options, "--tls").client.tls.enabled == true);
  CHECK(parsed(add_global_options, "--no-tls").client.tls.enabled == false);
  CHECK(parsed(add_global_options, "--no-tls --tls").client.tls.enabled == true);
  CHECK(parsed(add_global_options, "--tls --tls --no-tls").client.tls.enabled == false);
}
