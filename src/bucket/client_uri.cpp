#include "bucket/client_uri.hpp"

#include <algorithm>
#include <cstring>

#include "gridfs/error.hpp"

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

// The driver's words, but for those that show the password.
std::string reason_of(const bson_error_t& error) {
  const std::string message = redact_uri(error.message);
  return message.find("unescaped") == std::string::npos ? message : must_be_encoded;
}

UriHandle parse(const std::string& text) {
  if (text.find('\0') != std::string::npos) throw ConfigurationError("the connection string holds NUL");
  const bool has_scheme = text.find("://") != std::string::npos;
  const std::string refusal =
      "not a valid connection string: " + (has_scheme ? redact_uri(text) + ": " : std::string());
  bson_error_t error{};
  UriHandle uri(mongoc_uri_new_with_error(text.c_str(), &error));
  if (!uri) throw ConfigurationError(refusal + reason_of(error));
  // Of a password with an `@` in it libmongoc takes the rest for the host, and would show it as that.
  for (const mongoc_host_list_t* host = mongoc_uri_get_hosts(uri.get()); host != nullptr; host = host->next) {
    if (std::strchr(host->host, '@') != nullptr) throw ConfigurationError(refusal + must_be_encoded);
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

  set_tls(uri.get(), options.tls);
  set_off_by_default(uri.get(), MONGOC_URI_RETRYREADS);
  set_off_by_default(uri.get(), MONGOC_URI_RETRYWRITES);
  if (options.connect_timeout) {
    set_milliseconds(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, *options.connect_timeout);
  }
  return uri;
}

}  // namespace gridfs::detail
