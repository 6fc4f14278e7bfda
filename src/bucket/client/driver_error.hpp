/// From libmongoc's errors to the exceptions of this library.
#pragma once

#include <cstdint>
#include <exception>
#include <string>

#include "gridfs/error.hpp"

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

/// A failure that trying again may cure. Callers see a ConnectionError.
class TransientError : public ConnectionError {
 public:
  using ConnectionError::ConnectionError;
};

/// The server did not accept who asks: a password, a user, or a mechanism. Callers see an AuthenticationError.
class CredentialsRefused : public AuthenticationError {
 public:
  using AuthenticationError::AuthenticationError;
};

/// All connections of the pool are in use. Callers see a ConnectionError.
class NoConnectionFree : public ConnectionError {
 public:
  using ConnectionError::ConnectionError;
};

/// Whether a write that failed so may have been carried out all the same, now or later: its answer was lost.
bool may_have_been_done(const Error& error) noexcept;

/// A unique index refused a document.
class DuplicateKey : public ServerError {
 public:
  using ServerError::ServerError;
};

/// @param doing  what was being done to which file, for the message: `storing a.txt`
/// @param reply  what the server answered, or null
[[noreturn]] void throw_driver_error(const std::string& doing, const bson_error_t& error,
                                     const bson_t* reply = nullptr);

/// How a server that cannot be selected is reported: with the reason alone, and as a refusal where TLS failed.
/// @param tls  whether TLS was asked for: who hangs up then is thought to refuse it
[[noreturn]] void throw_selection_error(const std::string& doing, const bson_error_t& error, bool tls);

/// Whether an error is about TLS.
bool names_tls(const bson_error_t& error) noexcept;

/// Whether a server's error code says that a unique index refused a document.
bool is_duplicate_key(std::uint32_t code) noexcept;

/// Whether a server refused a command for an option that it does not know.
bool is_unknown_option(const ServerError& error) noexcept;

/// The same error, said of one of several files that a command was for: where its message begins with `from`, it begins
/// with `to`.
std::exception_ptr restated(const std::exception_ptr& error, const std::string& from, const std::string& to);

}  // namespace gridfs::detail
