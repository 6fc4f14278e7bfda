#include "bucket/client/driver_error.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <regex>
#include <string_view>
#include <utility>

#include "gridfs/client.hpp"

namespace gridfs::detail {

namespace {

template <std::size_t N>
bool contains(const std::array<std::uint32_t, N>& codes, std::uint32_t code) noexcept {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// Retryable Reads and Retryable Writes specifications, "Terms: Retryable Error"; CursorNotFound, since a cursor of ours
// can be opened again where it was; IngressRequestRateLimitExceeded.
constexpr std::array<std::uint32_t, 17> transient_codes{6,    7,     43,    89,    91,    134,   189,   262, 462,
                                                        9001, 10107, 11600, 11602, 13388, 13435, 13436, 63};

// What mongos says when it is the shard whose answer was lost: HostUnreachable, HostNotFound, NetworkTimeout,
// SocketException, NetworkInterfaceExceededTimeLimit.
constexpr std::array<std::uint32_t, 5> relayed_codes{6, 7, 89, 9001, 202};

constexpr std::array<std::uint32_t, 4> duplicate_key_codes{11000, 11001, 12582, 16460};

// Unauthorized, AuthenticationFailed, and the code of the hosted service for both.
constexpr std::array<std::uint32_t, 3> refusal_codes{13, 18, 8000};

bool has_label(const bson_t* reply, std::string_view label) {
  bson_iter_t iter;
  bson_iter_t element;
  if (reply == nullptr || !bson_iter_init_find(&iter, reply, "errorLabels") || !bson_iter_recurse(&iter, &element)) {
    return false;
  }
  while (bson_iter_next(&element)) {
    if (BSON_ITER_HOLDS_UTF8(&element) && label == bson_iter_utf8(&element, nullptr)) return true;
  }
  return false;
}

bool labelled_transient(const bson_t* reply) {
  return has_label(reply, "RetryableWriteError") || has_label(reply, "RetryableError") ||
         has_label(reply, "SystemOverloadedError");
}

// What a command does to a collection, for a sentence.
std::string_view phrase_of(std::string_view command) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> phrases{
      {{"find", "read"},
       {"insert", "insert into"},
       {"update", "update"},
       {"delete", "delete from"},
       {"listIndexes", "list the indexes of"},
       {"createIndexes", "make indexes on"}}};
  const auto* found =
      std::find_if(phrases.begin(), phrases.end(), [&](const auto& one) { return one.first == command; });
  return found == phrases.end() ? std::string_view() : found->second;
}

// `not authorized on db to execute command { insert: "fs.chunks", ordered: true, ...`: what follows is the command.
std::string without_command(const std::string& text) {
  static const std::regex refusal(R"re(not authorized on (\S+) to execute command \{ (\w+): (?:"([^"]*)")?.*)re");
  std::smatch part;
  if (!std::regex_match(text, part, refusal)) return text;
  const std::string command = part[2].str();
  const std::string phrase(phrase_of(command));
  const std::string collection = part[3].matched ? "." + part[3].str() : "";
  return "not authorized to " + (phrase.empty() ? "execute " + command + " on" : phrase) + ' ' + part[1].str() +
         collection;
}

[[noreturn]] void throw_server_error(const std::string& doing, const bson_error_t& error, const bson_t* reply) {
  constexpr std::uint32_t authentication_failed = 18;
  const std::string text = without_command(redact_uri(error.message));
  const std::string message = doing + ": " + text;
  const int code = static_cast<int>(error.code);
  if (is_duplicate_key(error.code)) throw DuplicateKey(message, code, text);
  if (error.code == authentication_failed) throw CredentialsRefused(message, code, text);
  if (contains(refusal_codes, error.code)) throw AuthenticationError(message, code, text);
  if (contains(transient_codes, error.code) || labelled_transient(reply)) throw TransientError(message, code, text);
  throw ServerError(message, code, text);
}

// `connection refused calling hello on 'a:1'] [Failed to resolve 'b'`: one reason for each server.
std::string plain_reason(const std::string& reasons) {
  static const std::regex call(R"re(([^\[\]]+) calling \w+ on '([^']+)')re");
  static const std::regex next(R"re(\] \[)re");
  return std::regex_replace(std::regex_replace(reasons, call, "$2: $1"), next, "; ");
}

template <typename Type>
bool restate(const Error& error, const std::string& message, std::exception_ptr& result) {
  if (dynamic_cast<const Type*>(&error) == nullptr) return false;
  result = std::make_exception_ptr(Type(message, error.server_code(), error.server_message()));
  return true;
}

template <typename... Types>
std::exception_ptr restate_first_of(const Error& error, const std::string& message) {
  std::exception_ptr result;
  (restate<Types>(error, message, result) || ...);
  return result;
}

}  // namespace

void throw_driver_error(const std::string& doing, const bson_error_t& error, const bson_t* reply) {
  const std::string message = doing + ": " + redact_uri(error.message);
  switch (error.domain) {
    case MONGOC_ERROR_SERVER:
    case MONGOC_ERROR_WRITE_CONCERN:
      throw_server_error(doing, error, reply);
    case MONGOC_ERROR_STREAM:
      if (names_tls(error)) throw AuthenticationError(message);
      throw TransientError(message);
    case MONGOC_ERROR_SERVER_SELECTION:
      throw TransientError(message);
    case MONGOC_ERROR_SASL:
    case MONGOC_ERROR_SCRAM:
      throw CredentialsRefused(message);
    case MONGOC_ERROR_CLIENT:
      if (error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE) throw CredentialsRefused(message);
      throw ServerError(message);
    case MONGOC_ERROR_CURSOR:
      // Code 1 with this domain is what libmongoc says of arguments; a lost cursor comes from the server.
      throw ServerError(message);
    case MONGOC_ERROR_COMMAND:
      if (error.code == MONGOC_ERROR_COMMAND_INVALID_ARG) throw ConfigurationError(message);
      throw ServerError(message);
    case MONGOC_ERROR_BSON:
      throw ConfigurationError(message);
    default:
      throw ServerError(message);
  }
}

void throw_selection_error(const std::string& doing, const bson_error_t& error, bool tls) {
  // "No suitable servers found: `serverSelectionTimeoutMS` expired: [the reason]"
  const std::string_view full(error.message);
  const auto open = full.find('[');
  const auto close = full.rfind(']');
  const bool has_reason = open != std::string_view::npos && close != std::string_view::npos && close > open;
  const std::string reason = plain_reason(redact_uri(has_reason ? full.substr(open + 1, close - open - 1) : full));
  const std::string message = doing + ": no server could be reached: ";
  if (names_tls(error)) throw AuthenticationError(message + reason);
  // libmongoc does not tell whether the handshake was over.
  const bool hung_up = tls && full.find("connection closed") != std::string_view::npos;
  if (hung_up) throw AuthenticationError(message + "TLS handshake failed: " + reason);
  throw ConnectionError(message + reason);
}

bool names_tls(const bson_error_t& error) noexcept {
  return std::strstr(error.message, "TLS handshake failed") != nullptr ||
         std::strstr(error.message, "Failed to load TLS") != nullptr;
}

bool may_have_been_done(const Error& error) noexcept {
  if (contains(relayed_codes, static_cast<std::uint32_t>(error.server_code()))) return true;
  return error.server_code() == 0 && dynamic_cast<const TransientError*>(&error) != nullptr;
}

bool is_duplicate_key(std::uint32_t code) noexcept { return contains(duplicate_key_codes, code); }

bool is_unknown_option(const ServerError& error) noexcept {
  constexpr int failed_to_parse = 9;
  constexpr int not_implemented = 238;
  constexpr int unknown_field = 40415;
  const int code = error.server_code();
  return code == failed_to_parse || code == not_implemented || code == unknown_field;
}

std::exception_ptr restated(const std::exception_ptr& error, const std::string& from, const std::string& to) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& known) {
    const std::string_view message(known.what());
    if (!message.starts_with(from)) return error;
    const auto result =
        restate_first_of<TransientError, ConnectionError, DuplicateKey, CredentialsRefused, AuthenticationError,
                         FileExists, FileNotFound, CorruptFile, ConfigurationError, StreamError, Stopped, ServerError>(
            known, to + std::string(message.substr(from.size())));
    return result ? result : error;
  } catch (...) {
    return error;
  }
}

}  // namespace gridfs::detail
