#include "bucket/client/client_uri.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string_view>

#include <strings.h>

#include "gridfs/error.hpp"

#include "bucket/client/driver_log.hpp"

namespace gridfs::detail {

namespace {

void require(bool accepted, const std::string& what) {
  if (!accepted) throw ConfigurationError("not valid: " + what);
}

const char* text_of(const std::string& value, const char* what) {
  require(value.find('\0') == std::string::npos, std::string(what) + ": it holds NUL");
  return value.c_str();
}

void set_text(mongoc_uri_t* uri, const char* option, const std::optional<std::string>& value) {
  if (value) require(mongoc_uri_set_option_as_utf8(uri, option, text_of(*value, option)), option);
}

using Setter = bool (*)(mongoc_uri_t*, const char*);

void set_text(mongoc_uri_t* uri, Setter set, const char* what, const std::optional<std::string>& value) {
  if (value) require(set(uri, text_of(*value, what)), what);
}

constexpr const char* must_be_encoded =
    "@ / : and % in a user or password must be percent-encoded, as %40 %2F %3A and %25";

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

// The driver quotes names and values of options: its words are shown if those are, and no others.
std::string driver_words(std::string_view words, std::string_view shown_uri) {
  constexpr const char* withheld = "an option of it is unknown, or its value is not valid";
  std::size_t begin = 0;
  while ((begin = words.find_first_of("\"'", begin)) != std::string_view::npos) {
    const auto end = words.find(words[begin], begin + 1);
    if (end == std::string_view::npos) return withheld;
    if (!contains_ignoring_case(shown_uri, words.substr(begin + 1, end - begin - 1))) return withheld;
    begin = end + 1;
  }
  return words.find("unescaped") == std::string_view::npos ? std::string(words) : must_be_encoded;
}

// Whether what stands before the last `@` is not a user and a password as they must be written.
bool has_bad_credentials(std::string_view uri) {
  const auto before_options = uri.substr(0, uri.find('?'));
  const auto authority = before_options.substr(uri.find("://") + 3);
  const auto credentials = authority.substr(0, authority.rfind('@') + 1);
  if (credentials.empty()) return false;
  if (credentials.find_first_of("@/") + 1 < credentials.size()) return true;
  if (std::count(credentials.begin(), credentials.end(), ':') > 1) return true;
  for (auto at = credentials.find('%'); at != std::string_view::npos; at = credentials.find('%', at + 1)) {
    const auto digits = credentials.substr(at + 1, 2);
    if (digits.size() < 2 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return true;
  }
  return false;
}

// Of a password with `@` or `/` in it libmongoc takes the rest for a host or a database, and would show it as that.
bool is_ambiguous(std::string_view uri, const mongoc_uri_t* parsed) {
  if (has_bad_credentials(uri)) return true;
  for (const mongoc_host_list_t* host = mongoc_uri_get_hosts(parsed); host != nullptr; host = host->next) {
    if (std::strchr(host->host, '@') != nullptr) return true;
  }
  return false;
}

UriHandle parse(const std::string& text, const std::string& shown) {
  if (text.find('\0') != std::string::npos) throw ConfigurationError("the connection string holds NUL");
  if (!text.starts_with("mongodb://") && !text.starts_with("mongodb+srv://")) {
    throw ConfigurationError("not a valid connection string: it must begin with mongodb:// or mongodb+srv://");
  }
  const auto refuse = [&shown](const std::string& why) {
    throw ConfigurationError("not a valid connection string: " + why + ": " + shown);
  };
  bson_error_t error{};
  UriHandle uri(mongoc_uri_new_with_error(text.c_str(), &error));
  if (!uri) refuse(has_bad_credentials(text) ? must_be_encoded : driver_words(error.message, shown));
  if (is_ambiguous(text, uri.get())) refuse(must_be_encoded);
  return uri;
}

void warn_of_options(const mongoc_uri_t* uri, const DriverWarnings& warnings, const std::string& shown) {
  // What the driver warns of is not done, or not as it was written.
  for (const std::string& warning : warnings.messages()) {
    log(LogLevel::warning, "connection string: " + driver_words(warning, shown));
  }
  // They are about pools of the driver's. ClientOptions has what there is to say of ours.
  for (const char* option : {"maxPoolSize", "minPoolSize", "maxIdleTimeMS", "waitQueueTimeoutMS", "waitQueueMultiple",
                             "serverMonitoringMode"}) {
    if (mongoc_uri_has_option(uri, option)) {
      log(LogLevel::warning, std::string("connection string: ") + option + " has no effect here");
    }
  }
}

void set_credentials(mongoc_uri_t* uri, const ClientOptions& options) {
  set_text(uri, mongoc_uri_set_username, "the user's name", options.username);
  set_text(uri, mongoc_uri_set_password, "the password", options.password);
  set_text(uri, mongoc_uri_set_auth_source, "the authentication database", options.auth_source);
  set_text(uri, mongoc_uri_set_auth_mechanism, "the authentication mechanism", options.auth_mechanism);
}

struct Mechanism {
  std::string_view name;
  bool needs_password;
};

constexpr Mechanism negotiated{"", true};  // one of SCRAM

constexpr std::array<Mechanism, 7> mechanisms{{{"SCRAM-SHA-256", true},
                                               {"SCRAM-SHA-1", true},
                                               {"PLAIN", true},
                                               {"MONGODB-CR", true},
                                               {"MONGODB-X509", false},
                                               {"GSSAPI", false},
                                               {"MONGODB-AWS", false}}};

Mechanism mechanism_of(const mongoc_uri_t* uri) {
  const char* name = mongoc_uri_get_auth_mechanism(uri);
  if (name == nullptr) return negotiated;
  const auto* known = std::find_if(mechanisms.begin(), mechanisms.end(),
                                   [name](const Mechanism& one) { return strcasecmp(one.name.data(), name) == 0; });
  if (known != mechanisms.end()) return *known;
  throw ConfigurationError(std::string("unknown authentication mechanism '") + name +
                           "': SCRAM-SHA-256, SCRAM-SHA-1, MONGODB-X509, PLAIN, GSSAPI and MONGODB-AWS are known");
}

// The user whose password is missing, or null. libmongoc would read the password that is not there.
const char* user_without_password(const mongoc_uri_t* uri) {
  const Mechanism mechanism = mechanism_of(uri);
  const char* user = mongoc_uri_get_username(uri);
  const char* password = mongoc_uri_get_password(uri);
  if (user != nullptr && *user == '\0') throw ConfigurationError("the user's name is empty");
  if (password != nullptr && user == nullptr) throw ConfigurationError("a password is given, but no user");
  if (!mechanism.needs_password) return nullptr;
  if (user == nullptr && !mechanism.name.empty()) {
    throw ConfigurationError("the authentication mechanism " + std::string(mechanism.name) + " needs a user");
  }
  if (password != nullptr && *password == '\0') throw ConfigurationError("the password is empty");
  return password == nullptr ? user : nullptr;
}

void set_flag(mongoc_uri_t* uri, const char* option, const std::optional<bool>& value) {
  if (value) require(mongoc_uri_set_option_as_bool(uri, option, *value), option);
}

void set_tls(mongoc_uri_t* uri, const TlsOptions& tls) {
  const bool means_tls =
      tls.ca_file || tls.cert_key_file || tls.allow_invalid_certificates || tls.allow_invalid_hostnames;
  set_flag(uri, MONGOC_URI_TLS, means_tls ? tls.enabled.value_or(true) : tls.enabled);
  set_text(uri, MONGOC_URI_TLSCAFILE, tls.ca_file);
  set_text(uri, MONGOC_URI_TLSCERTIFICATEKEYFILE, tls.cert_key_file);
  set_flag(uri, MONGOC_URI_TLSALLOWINVALIDCERTIFICATES, tls.allow_invalid_certificates);
  set_flag(uri, MONGOC_URI_TLSALLOWINVALIDHOSTNAMES, tls.allow_invalid_hostnames);
}

// The driver's own retries, which neither RetryPolicy counts nor a stop ends, are for those who ask for them.
void set_off_by_default(mongoc_uri_t* uri, const char* option) {
  bson_iter_t iter;
  const bson_t* given = mongoc_uri_get_options(uri);
  if (given != nullptr && bson_iter_init_find_case(&iter, given, option)) return;
  set_flag(uri, option, false);
}

void set_milliseconds(mongoc_uri_t* uri, const char* option, std::chrono::milliseconds value) {
  constexpr std::int64_t longest = INT32_MAX;
  const auto count = static_cast<std::int32_t>(std::min<std::int64_t>(value.count(), longest));
  require(mongoc_uri_set_option_as_int32(uri, option, count), option);
}

}  // namespace

UriHandle build_uri(const ClientOptions& options) {
  const std::string shown = redact_connection_string(options.uri);
  const DriverWarnings warnings;
  UriHandle uri = parse(options.uri, shown);
  warn_of_options(uri.get(), warnings, shown);
  set_credentials(uri.get(), options);
  if (const char* user = detail::user_without_password(uri.get())) {
    throw ConfigurationError("the user '" + std::string(user) + "' needs a password");
  }
  if (options.auth_source && mongoc_uri_get_username(uri.get()) == nullptr && mechanism_of(uri.get()).needs_password) {
    log(LogLevel::warning, "the authentication database has no effect without a user");
  }
  set_tls(uri.get(), options.tls);
  set_off_by_default(uri.get(), MONGOC_URI_RETRYREADS);
  set_off_by_default(uri.get(), MONGOC_URI_RETRYWRITES);
  if (options.app_name || mongoc_uri_get_appname(uri.get()) == nullptr) {
    require(mongoc_uri_set_appname(uri.get(), text_of(options.app_name.value_or("gridfs"), "the application's name")),
            "the application's name: more than 128 bytes, or not UTF-8");
  }
  if (options.connect_timeout) {
    set_milliseconds(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, *options.connect_timeout);
  }
  return uri;
}

}  // namespace gridfs::detail

namespace gridfs {

std::optional<std::string> user_without_password(const ClientOptions& options) {
  detail::start_driver();
  const detail::DriverWarnings unheard;
  const detail::UriHandle uri = detail::parse(options.uri, redact_connection_string(options.uri));
  detail::set_credentials(uri.get(), options);
  const char* user = detail::user_without_password(uri.get());
  return user == nullptr ? std::nullopt : std::optional<std::string>(user);
}

}  // namespace gridfs
