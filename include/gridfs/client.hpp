/// The connection to a deployment: its connections, its time limits and its retries.
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

#include "gridfs/leftover.hpp"

namespace gridfs {

/// TLS, as the options of a connection string of the same names; what is empty is left as the connection string has it.
/// Any of the others means TLS where `enabled` is empty.
struct TlsOptions {
  std::optional<bool> enabled;
  std::optional<std::string> ca_file;
  std::optional<std::string> cert_key_file;
  std::optional<bool> allow_invalid_certificates;
  std::optional<bool> allow_invalid_hostnames;
};

/// What is done about transient failures: lost connections, a primary that stepped down, an overloaded server. The
/// driver's own retries are off unless the connection string asks for them (`retryReads`, `retryWrites`).
struct RetryPolicy {
  /// How often a failed step is tried again, 0 to 1000: N retries are N+1 tries.
  int retries = 3;
  /// The wait before the first retry. It doubles with each further one up to 30 s, and varies by up to half.
  std::chrono::milliseconds delay{500};
};

struct ClientOptions {
  /// https://www.mongodb.com/docs/manual/reference/connection-string/
  std::string uri = "mongodb://localhost:27017";

  /// Credentials apart from the connection string; each replaces what the connection string says.
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::optional<std::string> auth_source;
  std::optional<std::string> auth_mechanism;

  TlsOptions tls;

  /// How long to look for a suitable server and to wait for a connection, from 1 ms. Default: the connection string's
  /// `serverSelectionTimeoutMS`, else 30 s.
  std::optional<std::chrono::milliseconds> connect_timeout;

  RetryPolicy retry;

  /// The most connections open at once for operations, 1 to 1000. A download stream and a cursor hold one each while
  /// they are under way; an operation that finds none free for connect_timeout throws ConnectionError.
  int max_connections = 100;

  /// Asks everything done through this client to end with Stopped: nothing new is sent then. What has been sent is
  /// waited for (`socketTimeoutMS` of the connection string, 5 minutes by default, bounds that), and an unfinished
  /// upload is cleaned up behind it.
  std::stop_token stop;

  /// Shown in the server's log, at most 128 bytes (MongoDB Handshake specification, `client.application.name`).
  std::string app_name = "gridfs";
};

/// How many bytes of chunks a client has stored and fetched so far; those of documents around them count as well where
/// they are stored.
struct Progress {
  std::int64_t stored = 0;
  std::int64_t fetched = 0;
};

/// A deployment. Safe to use from many threads; must outlive the buckets, streams and cursors made with it.
/// Making one does not connect: the first operation does.
class Client {
 public:
  /// @throws ConfigurationError  an option or the connection string is not valid
  explicit Client(const ClientOptions& options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) = delete;
  Client& operator=(Client&&) = delete;

  /// The database that the connection string names, empty where it names none.
  [[nodiscard]] const std::string& default_database() const noexcept;

  /// What would be left on the server if the program ended now: uploads and removals that have begun. After a stop was
  /// requested, and none is unfinished, none begins any more, so that the program may end without waiting.
  [[nodiscard]] std::vector<Leftover> unfinished_writes() const;

  /// What uploads and removals that have failed may have left on the server.
  [[nodiscard]] std::vector<Leftover> leftovers() const;

  [[nodiscard]] Progress progress() const;

  class Impl;
  /// For the library's own use.
  [[nodiscard]] Impl& impl() const noexcept { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

enum class LogLevel { error, warning, info, debug, trace };

/// Receives what this library and libmongoc have to say, from any thread; by default nobody does. Process-wide, as
/// libmongoc's own log is. Not safe while other calls into the library are under way.
void set_log_handler(std::function<void(LogLevel, std::string_view)> handler);

/// The connection string with its password, and every option that may hold a secret, replaced by `***`. What follows
/// such an option, and what cannot be taken apart, is replaced as well.
[[nodiscard]] std::string redact_connection_string(std::string_view uri);

/// Running text in which there may be a connection string, valid or not: from the first one on it is shown as
/// redact_connection_string() shows it, since a password may hold whatever might end it.
[[nodiscard]] std::string redact_uri(std::string_view text);

}  // namespace gridfs
