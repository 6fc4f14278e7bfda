/// A client of a MongoDB deployment: connections, time limits and retries.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gridfs/export.hpp"
#include "gridfs/leftover.hpp"

namespace gridfs {

/// TLS settings, as in a connection string. Empty ones are taken from the connection string. If `enabled` is empty, any
/// other setting enables TLS.
struct TlsOptions {
  std::optional<bool> enabled{};
  std::optional<std::string> ca_file{};
  std::optional<std::string> cert_key_file{};
  std::optional<bool> allow_invalid_certificates{};
  std::optional<bool> allow_invalid_hostnames{};
};

/// Retries after transient failures, such as a lost connection, an election or an overloaded server. The driver's own
/// retries are off unless the connection string enables them (`retryReads`, `retryWrites`).
struct RetryPolicy {
  /// The number of retries of a failed operation, 0 to 1000: N retries are N+1 attempts.
  int retries = 3;
  /// The delay before the first retry. It doubles with each retry up to 30 s, with a random variation of up to half.
  std::chrono::milliseconds delay{500};
};

struct ClientOptions {
  /// https://www.mongodb.com/docs/manual/reference/connection-string/
  std::string uri = "mongodb://localhost:27017";

  /// Credentials; each overrides the connection string. A user needs a password, which is not empty, unless the
  /// mechanism is MONGODB-X509, GSSAPI or MONGODB-AWS; without a user an `auth_source` has no effect, which is logged.
  std::optional<std::string> username{};
  std::optional<std::string> password{};
  std::optional<std::string> auth_source{};
  std::optional<std::string> auth_mechanism{};

  TlsOptions tls{};

  /// The time limit for selecting a server and for waiting for a connection, from 1 ms. Default: the connection
  /// string's `serverSelectionTimeoutMS`, else 30 s.
  std::optional<std::chrono::milliseconds> connect_timeout{};

  RetryPolicy retry{};

  /// The maximum number of connections, 1 to 1000, which also bounds BucketOptions::parallelism. A cursor holds one
  /// from its first document to its last, and so does a download stream, which holds up to `parallelism` where they are
  /// free. check() needs two. Other operations hold up to `parallelism` while they run. One that cannot get any within
  /// connect_timeout throws ConnectionError.
  int max_connections = 100;

  /// Ends all operations of this client with Stopped: nothing new is sent. The answers to what was sent are awaited
  /// (for at most the connection string's `socketTimeoutMS`, by default 5 minutes), and then unfinished uploads are
  /// cleaned up.
  std::stop_token stop{};

  /// Shown in the server's log, at most 128 bytes (MongoDB Handshake specification, `client.application.name`).
  /// Default: the connection string's `appName`, else `gridfs`.
  std::optional<std::string> app_name{};
};

/// The number of bytes of file content that a client has stored and fetched so far.
struct Progress {
  std::int64_t stored = 0;
  std::int64_t fetched = 0;
};

/// Servers that do not answer yet.
struct Waiting {
  std::string servers;  ///< `HOST:PORT`, separated by commas; or the name that the name server is asked for
  std::chrono::steady_clock::time_point since;
};

/// A client. Thread-safe; must outlive its buckets, streams and cursors. The constructor does not connect; the first
/// operation does.
class GRIDFS_EXPORT Client {
 public:
  /// @throws ConfigurationError  an option or the connection string is not valid, a password is missing, or a file for
  ///                             TLS cannot be used
  explicit Client(const ClientOptions& options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) = delete;
  Client& operator=(Client&&) = delete;

  /// The database in the connection string; empty if there is none.
  [[nodiscard]] const std::string& default_database() const noexcept;

  /// What would be left on the server if the program ended now: unfinished uploads and removals. After a stop was
  /// requested no new ones begin, so if there are none, the program may end at once.
  [[nodiscard]] std::vector<Leftover> unfinished_writes() const;

  /// What uploads and removals that have failed may have left on the server; of more than 10,000 the latest.
  [[nodiscard]] std::vector<Leftover> leftovers() const;

  [[nodiscard]] Progress progress() const;

  /// The servers that operations wait to reach, and since when the one does that waits longest; empty if none does.
  [[nodiscard]] std::optional<Waiting> waiting() const;

  class Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

/// The user that a client could not be made for, since the password is missing which the authentication mechanism
/// needs; empty if none is missing. Thread-safe; connects to nobody.
/// @throws ConfigurationError  the connection string or the credentials are not valid
[[nodiscard]] GRIDFS_EXPORT std::optional<std::string> user_without_password(const ClientOptions& options);

enum class LogLevel { error, warning, info, debug, trace };

/// Sets the handler of log messages of this library and libmongoc, which may be called from any thread; there is none
/// by default. It must not throw. Process-wide, like libmongoc's log. Not safe while other calls into the library are
/// in progress.
/// @param detail  the last level that is of interest. From LogLevel::debug on, clients that are made later report each
///                command with its server, collection, duration and outcome, but nothing of what is in it.
GRIDFS_EXPORT void set_log_handler(std::function<void(LogLevel, std::string_view)> handler,
                                   LogLevel detail = LogLevel::info);

/// Replaces the password and every option that may hold a secret by `***`. Whatever follows such an option, and
/// whatever cannot be parsed, is replaced as well.
[[nodiscard]] GRIDFS_EXPORT std::string redact_connection_string(std::string_view uri);

/// Redacts text that may contain a connection string, valid or not: from the first one to the end of the text, since
/// the end of a password cannot be told, it is treated as by redact_connection_string().
[[nodiscard]] GRIDFS_EXPORT std::string redact_uri(std::string_view text);

}  // namespace gridfs
