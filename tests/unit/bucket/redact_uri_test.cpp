#include "gridfs/client.hpp"

#include "support/catch.hpp"

using gridfs::redact_uri;

TEST_CASE("redact_uri leaves what holds no secret") {
  const char* text = GENERATE("", "mongodb://", "mongodb://host", "mongodb://host:27017/db?w=1&retryWrites=true",
                              "mongodb://a:1,b:2,[::1]:3/?replicaSet=rs", "mongodb+srv://host/db",
                              "mongodb://ann@host/db", "no server at 10.0.0.1:27017", "mail@example.org",
                              "mongodb://host/?authMechanism=SCRAM-SHA-256", "mongodb://%2Ftmp%2Fmongodb-27017.sock");
  CHECK(redact_uri(text) == text);
}

TEST_CASE("redact_uri masks passwords") {
  CHECK(redact_uri("mongodb://ann:secret@host/db") == "mongodb://ann:***@host/db");
  CHECK(redact_uri("mongodb+srv://ann:secret@host") == "mongodb+srv://ann:***@host");
  CHECK(redact_uri("mongodb://ann:@host") == "mongodb://ann:***@host");
  CHECK(redact_uri("mongodb://:secret@host") == "mongodb://:***@host");
  CHECK(redact_uri("mongodb://ann:p%40ss%3A@a:1,b:2/db?w=1") == "mongodb://ann:***@a:1,b:2/db?w=1");
}

TEST_CASE("redact_uri masks passwords that were not percent-encoded") {
  const char* password = GENERATE("se@cret", "se:cret", "se/cret", "se?cret", "se#cret", "se@c/r?e:t", "@", ":");
  CHECK(redact_uri("mongodb://ann:" + std::string(password) + "@host/db") == "mongodb://ann:***@host/db");
}

TEST_CASE("redact_uri masks the values of options that hold secrets") {
  CHECK(redact_uri("mongodb://host/?tlsCertificateKeyFilePassword=secret&w=1") ==
        "mongodb://host/?tlsCertificateKeyFilePassword=***&w=1");
  CHECK(redact_uri("mongodb://host/?w=1&AUTHMECHANISMPROPERTIES=AWS_SESSION_TOKEN:secret") ==
        "mongodb://host/?w=1&AUTHMECHANISMPROPERTIES=***");
  CHECK(redact_uri("mongodb://host/?sslClientCertificateKeyPassword=a;proxyPassword=b") ==
        "mongodb://host/?sslClientCertificateKeyPassword=***;proxyPassword=***");
  CHECK(redact_uri("mongodb://ann:secret@host/?tlsCertificateKeyFilePassword=se@cret").find("secret") ==
        std::string::npos);
}

TEST_CASE("redact_uri finds connection strings in other text") {
  CHECK(redact_uri("cannot parse 'mongodb://ann:secret@host/': no port") ==
        "cannot parse 'mongodb://ann:***@host/': no port");
  CHECK(redact_uri("mongodb://a:s1@h and mongodb+srv://b:s2@h") == "mongodb://a:***@h and mongodb+srv://b:***@h");
  CHECK(redact_uri("MongoDB://ann:secret@host").find("secret") == std::string::npos);
}
