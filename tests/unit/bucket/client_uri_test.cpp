#include "bucket/client/client_uri.hpp"

#include "gridfs/error.hpp"

#include "bucket/client/driver_log.hpp"
#include "support/catch.hpp"

using namespace gridfs;
using namespace gridfs::detail;
using gridfs::test::ContainsSubstring;

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

TEST_CASE("any option of TLS means TLS") {
  ClientOptions options;
  options.uri = GENERATE("mongodb://host", "mongodb://host/?tls=false");
  SECTION("authorities") { options.tls.ca_file = "/ca.pem"; }
  SECTION("certificate") { options.tls.cert_key_file = "/key.pem"; }
  SECTION("any certificate") { options.tls.allow_invalid_certificates = true; }
  SECTION("any host") { options.tls.allow_invalid_hostnames = true; }
  CHECK(mongoc_uri_get_tls(build_uri(options).get()));
  options.tls.enabled = false;
  CHECK_FALSE(mongoc_uri_get_tls(build_uri(options).get()));
}

TEST_CASE("a password needs a user") {
  ClientOptions options;
  options.password = "secret";
  CHECK_THROWS_AS(build_uri(options), ConfigurationError);
  options.uri = "mongodb://ann@host";
  CHECK(text(mongoc_uri_get_password(build_uri(options).get())) == "secret");
}

TEST_CASE("a user needs a password, unless the mechanism does without") {
  ClientOptions options;
  options.uri = GENERATE("mongodb://ann@host", "mongodb://ann@host/?authMechanism=SCRAM-SHA-1",
                         "mongodb://ann@host/?authMechanism=scram-sha-256", "mongodb+srv://ann@db.example.com",
                         "mongodb://ann@host/?authMechanism=PLAIN&authSource=$external");
  INFO(options.uri);
  CHECK(user_without_password(options) == "ann");
  CHECK_THROWS_WITH(build_uri(options), "the user 'ann' needs a password");
  options.password = "";
  CHECK_THROWS_WITH(build_uri(options), "the password is empty");
  CHECK_THROWS_WITH(user_without_password(options), "the password is empty");
  options.password = "secret";
  CHECK_FALSE(user_without_password(options));
  CHECK_NOTHROW(build_uri(options));
}

TEST_CASE("mechanisms that do without a password") {
  ClientOptions options;
  options.auth_mechanism = GENERATE("MONGODB-X509", "mongodb-x509", "GSSAPI", "MONGODB-AWS");
  options.auth_source = "$external";
  options.uri = GENERATE("mongodb://host", "mongodb://ann@host");
  CHECK_FALSE(user_without_password(options));
  CHECK_NOTHROW(build_uri(options));
}

TEST_CASE("credentials that no server takes") {
  ClientOptions options;
  const char* words = nullptr;
  SECTION("no such mechanism") {
    options.auth_mechanism = "FOO";
    words = "unknown authentication mechanism 'FOO'";
  }
  SECTION("no user for a mechanism that needs one") {
    options.auth_mechanism = "SCRAM-SHA-256";
    words = "SCRAM-SHA-256 needs a user";
  }
  SECTION("an empty user") {
    options.username = "";
    words = "the user's name is empty";
  }
  SECTION("an empty password in the connection string") {
    options.uri = "mongodb://ann:@host";
    words = "the password is empty";
  }
  CHECK_THROWS_AS(build_uri(options), ConfigurationError);
  CHECK_THROWS_WITH(build_uri(options), ContainsSubstring(words));
  CHECK_THROWS_WITH(user_without_password(options), ContainsSubstring(words));
}

TEST_CASE("what must be percent-encoded in a connection string is said") {
  start_driver();
  ClientOptions options;
  options.uri = GENERATE("mongodb://root:p@ss/w:rd@h/", "mongodb://ann:sec@ret@host", "mongodb://ann:sec/ret@host",
                         "mongodb://ann:sec:ret@host", "mongodb://ann:%zz@host");
  INFO(options.uri);
  CHECK_THROWS_WITH(build_uri(options), ContainsSubstring("@ / : and % in a user or password must be percent-encoded"));
}

TEST_CASE("the application's name is the option's, else the connection string's, else ours") {
  ClientOptions options;
  CHECK(text(mongoc_uri_get_appname(build_uri(options).get())) == "gridfs");
  options.uri = "mongodb://host/?appName=theirs";
  CHECK(text(mongoc_uri_get_appname(build_uri(options).get())) == "theirs");
  options.app_name = "ours";
  CHECK(text(mongoc_uri_get_appname(build_uri(options).get())) == "ours");
}

namespace {

std::vector<std::string> warnings_about(const std::string& uri, const ClientOptions& given = {}) {
  start_driver();
  std::vector<std::string> warnings;
  set_log_handler([&](LogLevel level, std::string_view message) {
    if (level == LogLevel::warning) warnings.emplace_back(message);
  });
  ClientOptions options = given;
  options.uri = uri;
  try {
    build_uri(options);
  } catch (const ConfigurationError& error) {
    warnings.emplace_back(error.what());
  }
  set_log_handler({});
  return warnings;
}

}  // namespace

TEST_CASE("what the driver does not take from a connection string is named") {
  const auto [uri, name] =
      GENERATE(table<const char*, const char*>({{"mongodb://host/?tsl=true", "tsl"},
                                                {"mongodb://ann:secret@host/?tsl=true", "tsl"},
                                                {"mongodb://host/?tls=maybe", "tls"},
                                                {"mongodb://host/?compressors=nonsense", "nonsense"},
                                                {"mongodb://host/?connectTimeoutMS=soon", "connecttimeoutms"},
                                                {"mongodb://host/?zlibCompressionLevel=99", "zlibcompressionlevel"},
                                                {"mongodb://host/?wtimeoutMS=x", "wtimeoutms"},
                                                {"mongodb://host/?readPreference=primry", "readPreference"},
                                                {"mongodb://host/?w=1&w=2", "w"},
                                                {"mongodb://host/?journal=", "journal"},
                                                {"mongodb://host/?maxPoolSize=1", "maxPoolSize"},
                                                {"mongodb://host/?waitQueueTimeoutMS=5", "waitQueueTimeoutMS"},
                                                {"mongodb://host/?tls=true&ssl=false", "ssl"}}));
  const auto warnings = warnings_about(uri);
  REQUIRE(warnings.size() == 1);
  INFO(uri << ": " << warnings.front());
  CHECK(warnings.front().find(name) != std::string::npos);
  CHECK(warnings_about("mongodb://host/?tls=true&w=majority&retryWrites=true&appName=x").empty());
}

TEST_CASE("an authentication database that nobody is looked up in is named") {
  ClientOptions options;
  options.auth_source = "admin";
  CHECK(warnings_about("mongodb://host/?authMechanism=MONGODB-X509", options).empty());
  CHECK(warnings_about("mongodb://ann:secret@host/", options).empty());
  CHECK(warnings_about("mongodb://host/", options) ==
        std::vector<std::string>{"the authentication database has no effect without a user"});
}

TEST_CASE("no part of a secret is in what is said of a connection string") {
  const std::string uri = GENERATE(
      "mongodb://ann:SECRET=1&SECRET=2@host/?tsl=1", "mongodb://ann:12/?SECRET=x@host", "mongodb://ann:12/SECRET@host",
      "mongodb://ann:12/x?a=SECRET@host", "mongodb://ann:1'SECRET@host", "mongodb://ann:1 SECRET'\"@host/?w=-3",
      "mongodb://host/?authMechanismProperties=SECRET", "mongodb://host/?authMechanismProperties=A:SECRET&tsl=SECRET",
      "mongodb://host/?tlsCertificateKeyFilePassword=1&SECRET=2", "mongodb://ann:SECRET%zz@host",
      "mongodb://ann:12?SECRET@host", "mongodb://ann:99999SECRET", "mongodb://ann:pass[SECRET@host", "ann:SECRET@host");
  for (const std::string& message : warnings_about(uri)) {
    INFO(uri << ": " << message);
    CHECK(message.find("SECRET") == std::string::npos);
    CHECK(message.find("secret") == std::string::npos);
  }
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
