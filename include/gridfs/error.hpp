/// The exceptions of the bucket module: one type for each kind of error that a caller may handle differently.
#pragma once

#include <stdexcept>
#include <string>

#include "gridfs/export.hpp"

namespace gridfs {

/// The base of all exceptions of this library. `what()` names the operation, the file and the error; names are not
/// escaped. It never contains a password.
class GRIDFS_EXPORT Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, int server_code = 0, std::string server_message = {})
      : std::runtime_error(message), server_code_(server_code), server_message_(std::move(server_message)) {}

  /// The server's error code (https://www.mongodb.com/docs/manual/reference/error-codes/), 0 if the error did not
  /// come from a server.
  [[nodiscard]] int server_code() const noexcept { return server_code_; }

  /// The server's error message; empty if the error did not come from a server.
  [[nodiscard]] const std::string& server_message() const noexcept { return server_message_; }

 private:
  int server_code_;
  std::string server_message_;
};

/// An option, argument, connection string or JSON text is invalid; nothing was sent to the server.
class GRIDFS_EXPORT ConfigurationError : public Error {
 public:
  using Error::Error;
};

/// No files document has the `_id` or the filename.
class GRIDFS_EXPORT FileNotFound : public Error {
 public:
  using Error::Error;
};

/// Files with the name exist, but not the revision.
class GRIDFS_EXPORT RevisionNotFound : public FileNotFound {
 public:
  using FileNotFound::FileNotFound;
};

/// The `_id` of an upload is in use, by a file, which was not changed, or by chunks without one.
class GRIDFS_EXPORT FileExists : public Error {
 public:
  using Error::Error;
};

/// The stored data is damaged: a chunk is missing, superfluous or of the wrong size, or a field of the files document
/// is missing or invalid.
class GRIDFS_EXPORT CorruptFile : public Error {
 public:
  using Error::Error;
};

/// No suitable server could be reached within ClientOptions::connect_timeout, or it stopped answering, after all
/// retries.
class GRIDFS_EXPORT ConnectionError : public Error {
 public:
  using Error::Error;
};

/// Authentication, authorization or TLS failed.
class GRIDFS_EXPORT AuthenticationError : public Error {
 public:
  using Error::Error;
};

/// Any other error that a server reported; see server_code().
class GRIDFS_EXPORT ServerError : public Error {
 public:
  using Error::Error;
};

/// The caller's stream failed: the source could not be read, or the destination could not be written.
class GRIDFS_EXPORT StreamError : public Error {
 public:
  using Error::Error;
};

/// A stop was requested by ClientOptions::stop.
class GRIDFS_EXPORT Stopped : public Error {
 public:
  using Error::Error;
};

}  // namespace gridfs
