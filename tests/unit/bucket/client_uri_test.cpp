#include "bucket/client_uri.hpp"

#include "gridfs/error.hpp"

#include "bucket/driver_log.hpp"
#include "support/catch.hpp"

using namespace gridfs;
using namespace gridfs::detail;

namespace {

std::string text(const char* value) { return value == nullptr ? "" : value; }

}  // namespace

TEST_CASE("a connection string alone stays as it is") {
  ClientOptions options;
  options.uri = "mongodb://ann:secret@host:1/db?authSource=admin&tls=true&connectTimeoutMS=5";
  const UriHandle uri = build_uri(options);
  CHECK(text(mongoc_uri_get_username(uri.get())) == "ann");
  CHECK(text(mongoc_uri_get_password(uri.get())) == "secret");
  CHECK(text(mongoc_uri_get_auth_source(uri.get())) == "admin");
  CHECK(mongoc_uri_get_tls(uri.get()));
  CHECK(mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, 0) == 5);
}

TEST_CASE("options replace what the connection string says") {
  ClientOptions options;
  options.uri = "mongodb://ann:secret@host/?tls=true&tlsAllowInvalidHostnames=true";
  options.username = "b/o:b@";
  options.password = "p@ss/:%";
  options.auth_source = "users";
  options.auth_mechanism = "SCRAM-SHA-256";
  options.tls.enabled = false;
  options.tls.ca_file = "/ca.pem";
  options.tls.cert_key_file = "/key.pem";
  options.tls.allow_invalid_hostnames = false;
  options.connect_timeout = std::chrono::milliseconds(1234);
  const UriHandle uri = build_uri(options);
  CHECK(text(mongoc_uri_get_username(uri.get())) == "b/o:b@");
  CHECK(text(mongoc_uri_get_password(uri.get())) == "p@ss/:%");
  CHECK(text(mongoc_uri_get_auth_source(uri.get())) == "users");
  CHECK(text(mongoc_uri_get_auth_mechanism(uri.get())) == "SCRAM-SHA-256");
  CHECK_FALSE(mongoc_uri_get_option_as_bool(uri.get(), MONGOC_URI_TLS, true));
  CHECK(text(mongoc_uri_get_option_as_utf8(uri.get(), MONGOC_URI_TLSCAFILE, "")) == "/ca.pem");
  CHECK(text(mongoc_uri_get_option_as_utf8(uri.get(), MONGOC_URI_TLSCERTIFICATEKEYFILE, "")) == "/key.pem");
  CHECK_FALSE(mongoc_uri_get_option_as_bool(uri.get(), MONGOC_URI_TLSALLOWINVALIDHOSTNAMES, true));
  CHECK(mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 0) == 1234);
}

TEST_CASE("a time limit beyond what the driver takes is its longest") {
  ClientOptions options;
  options.connect_timeout = std::chrono::hours(10'000);
  CHECK(mongoc_uri_get_option_as_int32(build_uri(options).get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 0) == 2147483647);
}

TEST_CASE("connection strings that are not valid") {
  start_driver();  // whose log would go to standard error
  ClientOptions options;
  options.uri =
      GENERATE("", "mongodb:", "mongodb://", "mongodb://host:port", "mongodb://host:70000", "http://host",
               "mongodb://ann:sec@ret@host", "mongodb://ann:sec:ret@host", "mongodb://ann:sec/ret@host",
               "mongo://ann:secret@host", "ann:secret@host", "mongodb://host/?w=-5", "mongodb://ann:%zz@host");
  INFO(options.uri);
  CHECK_THROWS_AS(build_uri(options), ConfigurationError);
  try {
    build_uri(options);
  } catch (const ConfigurationError& error) {
    const std::string message = error.what();
    CHECK(message.find("ret") == std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  }
}

TEST_CASE("text with NUL is not valid anywhere") {
  using namespace std::string_literals;
  ClientOptions options;
  SECTION("connection string") { options.uri = "mongodb://a\0b"s; }
  SECTION("user") { options.username = "a\0b"s; }
  SECTION("password") { options.password = "a\0b"s; }
  SECTION("authentication database") { options.auth_source = "a\0b"s; }
  SECTION("file") { options.tls.ca_file = "a\0b"s; }
  CHECK_THROWS_AS(build_uri(options), ConfigurationError);
}
