#include "bucket/client_uri.hpp"

#include "gridfs/error.hpp"

namespace gridfs::detail {

namespace {

void require(bool accepted, const std::string& what) {
  if (!accepted) throw ConfigurationError("not valid: " + what);
}

void set_text(mongoc_uri_t* uri, const char* option, const std::optional<std::string>& value) {
  if (value) require(mongoc_uri_set_option_as_utf8(uri, option, value->c_str()), option);
}

void set_flag(mongoc_uri_t* uri, const char* option, const std::optional<bool>& value) {
  if (value) require(mongoc_uri_set_option_as_bool(uri, option, *value), option);
}

void set_milliseconds(mongoc_uri_t* uri, const char* option, std::chrono::milliseconds value) {
  constexpr std::int64_t longest = INT32_MAX;
  const auto count = static_cast<std::int32_t>(std::min<std::int64_t>(value.count(), longest));
  require(mongoc_uri_set_option_as_int32(uri, option, count), option);
}

}  // namespace

UriHandle build_uri(const ClientOptions& options) {
  if (options.uri.find('\0') != std::string::npos) throw ConfigurationError("the connection string holds NUL");
  bson_error_t error{};
  UriHandle uri(mongoc_uri_new_with_error(options.uri.c_str(), &error));
  if (!uri) {
    throw ConfigurationError("not a valid connection string: " + redact_uri(options.uri) + ": " +
                             redact_uri(error.message));
  }
  if (options.username) require(mongoc_uri_set_username(uri.get(), options.username->c_str()), "the user's name");
  if (options.password) require(mongoc_uri_set_password(uri.get(), options.password->c_str()), "the password");
  if (options.auth_source) require(mongoc_uri_set_auth_source(uri.get(), options.auth_source->c_str()), "the authentication database");
  if (options.auth_mechanism) {
    require(mongoc_uri_set_auth_mechanism(uri.get(), options.auth_mechanism->c_str()), "the authentication mechanism");
  }

  set_flag(uri.get(), MONGOC_URI_TLS, options.tls.enabled);
  set_text(uri.get(), MONGOC_URI_TLSCAFILE, options.tls.ca_file);
  set_text(uri.get(), MONGOC_URI_TLSCERTIFICATEKEYFILE, options.tls.cert_key_file);
  set_flag(uri.get(), MONGOC_URI_TLSALLOWINVALIDCERTIFICATES, options.tls.allow_invalid_certificates);
  set_flag(uri.get(), MONGOC_URI_TLSALLOWINVALIDHOSTNAMES, options.tls.allow_invalid_hostnames);

  if (options.connect_timeout) {
    set_milliseconds(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, *options.connect_timeout);
    set_milliseconds(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, *options.connect_timeout);
    set_milliseconds(uri.get(), MONGOC_URI_WAITQUEUETIMEOUTMS, *options.connect_timeout);
  }
  return uri;
}

}  // namespace gridfs::detail
