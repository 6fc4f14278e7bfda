#include "cli/context.hpp"

#include <utility>

#include "cli/options/usage_error.hpp"
#include "cli/output/messages.hpp"
#include "cli/output/report.hpp"

namespace gridfs::cli {

namespace {

void say_opened(const BucketOptions& bucket, const std::string& database, const std::string& uri) {
  say_info(
      [&] { return "bucket " + bucket.name + " of database " + database + " on " + redact_connection_string(uri); });
}

}  // namespace

const Bucket& Context::bucket(Access access) {
  if (!bucket_) {
    uri_source_ = cli::uri_source(options_);
    const ClientOptions options = client_options(options_, stop_);
    uri_ = options.uri;
    client_.emplace(options);
    say_opened(options_.bucket, database(), uri_);
    set_repair_options(options_of_bucket(options_, *client_));
    shutdown_.set_client(&*client_);
    // Options that a writing command does not use must be valid, too.
    static_cast<void>(Bucket(*client_, database(), bucket_options(options_, Access::read)));
    bucket_.emplace(*client_, database(), bucket_options(options_, access));
  }
  return *bucket_;
}

Bucket Context::primary_bucket() {
  BucketOptions options = bucket_options(options_, Access::read);
  options.read_preference = ReadPreference();
  return {*client_, database(), std::move(options)};
}

Bucket Context::target_bucket(const TargetOptions& target) {
  std::string uri = uri_;
  if (target.other_deployment()) {
    uri_source_ = target.uri ? "--to-uri" : "--to-uri-file";
    const ClientOptions options = client_options(options_, target, stop_);
    uri = options.uri;
    target_client_.emplace(options);
    uri_source_.clear();
    shutdown_.set_client(&*target_client_);
  }
  Client& client = target_client_ ? *target_client_ : *client_;
  const std::string target_database = database_of(target, client, database());
  BucketOptions options = bucket_options(options_, Access::copy_to);
  options.name = target.bucket.value_or(options.name);
  if (uri == uri_ && target_database == database() && options.name == options_.bucket.name) {
    throw UsageError("the bucket to copy to is the one to copy from");
  }
  say_opened(options, target_database, uri);
  set_repair_options(options_of_bucket(target, target_database, options.name));
  return {client, target_database, std::move(options)};
}

// Where the program ends at once, Shutdown says it on standard error alone.
void Context::report_time_limit() noexcept {
  if (!options_.json || !shutdown_.time_limit_passed()) return;
  output_.last_line(error_as_json(shutdown_.time_limit_message(), ExitCode::unreachable));
}

std::string Context::database() const { return database_of(options_, *client_).name; }

}  // namespace gridfs::cli
