/// The exceptions of the bucket module: one type per thing that a caller may handle differently.
#pragma once

#include <stdexcept>
#include <string>

namespace gridfs {

/// The base of every exception that this library throws on purpose. `what()` says what was being done, to
/// which file, and what went wrong, with names as they are stored, so that a terminal needs them escaped. It never
/// holds a password.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, int server_code = 0, std::string server_message = {})
      : std::runtime_error(message), server_code_(server_code), server_message_(std::move(server_message)) {}

  /// The server's error code (https://www.mongodb.com/docs/manual/reference/error-codes/), 0 where the error did not
  /// come from a server.
  [[nodiscard]] int server_code() const noexcept { return server_code_; }

  /// The server's own words, empty where the error did not come from a server.
  [[nodiscard]] const std::string& server_message() const noexcept { return server_message_; }

 private:
  int server_code_;
  std::string server_message_;
};

/// An option, an argument, a connection string or a JSON text is not valid; nothing was sent to the server.
class ConfigurationError : public Error {
 public:
  using Error::Error;
};

/// No files document has the `_id` or the filename asked for.
class FileNotFound : public Error {
 public:
  using Error::Error;
};

/// Files of the name exist, but not the revision asked for.
class RevisionNotFound : public FileNotFound {
 public:
  using FileNotFound::FileNotFound;
};

/// The `_id` of an upload is in use. The file that has it was not changed.
class FileExists : public Error {
 public:
  using Error::Error;
};

/// What is stored breaks the GridFS layout: a chunk is missing, superfluous or of the wrong size, or the files document
/// lacks a field or holds nonsense in it.
class CorruptFile : public Error {
 public:
  using Error::Error;
};

/// No suitable server could be reached, or it stopped answering, after the retries and within the time limits.
class ConnectionError : public Error {
 public:
  using Error::Error;
};

/// The server, or TLS, refused: wrong credentials, a certificate that does not hold, or no permission.
class AuthenticationError : public Error {
 public:
  using Error::Error;
};

/// Any other error that a server reported; see server_code().
class ServerError : public Error {
 public:
  using Error::Error;
};

/// The caller's own stream failed: a source that could not be read, a destination that could not be written.
class StreamError : public Error {
 public:
  using Error::Error;
};

/// The stop token of ClientOptions was triggered.
class Stopped : public Error {
 public:
  using Error::Error;
};

}  // namespace gridfs
