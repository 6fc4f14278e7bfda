/// From the global options and the environment to the options of a client and a bucket.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "gridfs/bucket.hpp"

#include "cli/options/global_options.hpp"

namespace gridfs::cli {

/// The bucket to copy to; what is not given is as in the bucket to copy from.
struct TargetOptions {
  std::optional<std::string> uri;
  std::optional<std::string> uri_file;
  std::optional<std::string> database;
  std::optional<std::string> bucket;

  [[nodiscard]] bool other_deployment() const noexcept { return uri || uri_file; }
};

/// The connection string, from wherever it is given.
/// @throws UsageError, util::LocalError, util::Interrupted
std::string find_uri(const GlobalOptions& options, const std::stop_token& stop);

/// Warns that a file with a secret is readable by others, if it is.
/// @param option  what names the file
void warn_if_others_can_read(const std::string& option, const std::string& file);

/// Finds the connection string and the password, for which it may prompt.
/// @throws UsageError, util::LocalError, util::Interrupted
ClientOptions client_options(const GlobalOptions& options, const std::stop_token& stop);

/// The same for another deployment to copy to, whose credentials and TLS settings are in its connection string; only
/// for a password that is missing there it prompts.
ClientOptions client_options(const GlobalOptions& options, const TargetOptions& target, const std::stop_token& stop);

/// Whether client_options() does without standard input, a command and a prompt.
bool asks_nobody(const GlobalOptions& options);
bool asks_nobody(const TargetOptions& target);

struct NamedDatabase {
  std::string name;
  std::string source;  ///< as OptionSource::where; `default`
};

/// What `--db` or the connection string says, the stronger source of the two, else `test`.
NamedDatabase database_of(const GlobalOptions& options, const Client& client);

/// The database to copy to.
/// @param client  of the deployment to copy to
/// @param from    the database to copy from
std::string database_of(const TargetOptions& target, const Client& client, const std::string& from);

/// Where the connection string comes from: `--uri`, `GRIDFS_URI`; `the default`.
std::string uri_source(const GlobalOptions& options);

/// The options that another command needs to work with the same bucket: those of the command line and, of the bucket,
/// of the environment. In a shell's syntax, each with a blank before it.
std::string options_of_bucket(const GlobalOptions& options, const Client& client);

/// The same for the bucket to copy to.
std::string options_of_bucket(const TargetOptions& target, const std::string& database, const std::string& bucket);

/// For reading, an unacknowledged write concern does not matter. Two buckets, of which one is copied from and the other
/// one copied to, have half of the memory each.
enum class Access { read, write, copy_from, copy_to };

BucketOptions bucket_options(const GlobalOptions& options, Access access);

}  // namespace gridfs::cli
