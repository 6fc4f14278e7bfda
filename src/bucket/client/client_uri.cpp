#include "bucket/client/client_uri.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>

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

constexpr const char* must_be_encoded = "user and password must be percent-encoded";

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

// Of a password with `@` or `/` in it libmongoc takes the rest for a host or a database, and would show it as that.
bool is_ambiguous(std::string_view uri, const mongoc_uri_t* parsed) {
  const auto authority = uri.find("://") + 3;
  const auto path = uri.find('/', authority);
  const auto at = uri.substr(0, uri.find('?')).rfind('@');
  if (at != std::string_view::npos && path < at) return true;
  for (const mongoc_host_list_t* host = mongoc_uri_get_hosts(parsed); host != nullptr; host = host->next) {
    if (std::strchr(host->host, '@') != nullptr) return true;
  }
  return false;
}

UriHandle parse(const std::string& text) {
  if (text.find('\0') != std::string::npos) throw ConfigurationError("the connection string holds NUL");
  if (!text.starts_with("mongodb://") && !text.starts_with("mongodb+srv://")) {
    throw ConfigurationError("not a valid connection string: it must begin with mongodb:// or mongodb+srv://");
  }
  const std::string shown = redact_connection_string(text);
  const auto refuse = [&shown](const std::string& why) {
    throw ConfigurationError("not a valid connection string: " + why + ": " + shown);
  };
  DriverWarnings warnings;
  bson_error_t error{};
  UriHandle uri(mongoc_uri_new_with_error(text.c_str(), &error));
  if (!uri) refuse(driver_words(error.message, shown));
  if (is_ambiguous(text, uri.get())) refuse(must_be_encoded);
  // What it warns of is not done, or not as it was written.
  for (const std::string& warning : warnings.messages()) {
    log(LogLevel::warning, "connection string: " + driver_words(warning, shown));
  }
  // They are about pools of the driver's. ClientOptions has what there is to say of ours.
  for (const char* option : {"maxPoolSize", "minPoolSize", "maxIdleTimeMS", "waitQueueTimeoutMS", "waitQueueMultiple",
                             "serverMonitoringMode"}) {
    if (mongoc_uri_has_option(uri.get(), option)) {
      log(LogLevel::warning, std::string("connection string: ") + option + " has no effect here");
    }
  }
  return uri;
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
  UriHandle uri = parse(options.uri);
  set_text(uri.get(), mongoc_uri_set_username, "the user's name", options.username);
  set_text(uri.get(), mongoc_uri_set_password, "the password", options.password);
  set_text(uri.get(), mongoc_uri_set_auth_source, "the authentication database", options.auth_source);
  set_text(uri.get(), mongoc_uri_set_auth_mechanism, "the authentication mechanism", options.auth_mechanism);

  const char* user = mongoc_uri_get_username(uri.get());
  if (options.password && (user == nullptr || *user == '\0')) {
    throw ConfigurationError("a password is given, but no user");
  }

  set_tls(uri.get(), options.tls);
  set_off_by_default(uri.get(), MONGOC_URI_RETRYREADS);
  set_off_by_default(uri.get(), MONGOC_URI_RETRYWRITES);
  if (options.connect_timeout) {
    set_milliseconds(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, *options.connect_timeout);
  }
  return uri;
}

}  // namespace gridfs::detail
