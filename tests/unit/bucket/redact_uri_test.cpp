#include "gridfs/client.hpp"

#include "support/catch.hpp"

using gridfs::redact_connection_string;
using gridfs::redact_uri;

TEST_CASE("redact_connection_string leaves what holds no secret") {
  const char* text =
      GENERATE("", "mongodb://", "mongodb://host", "mongodb://host:27017/db?w=1&retryWrites=true",
               "mongodb://a:1,b:2,[::1]:3/?replicaSet=rs", "mongodb+srv://host/db", "mongodb://ann@host/db",
               "mongodb://host/?authMechanism=SCRAM-SHA-256", "mongodb://%2Ftmp%2Fmongodb-27017.sock");
  CHECK(redact_connection_string(text) == text);
  CHECK(redact_uri(text) == text);
}

TEST_CASE("redact_connection_string shows nothing of what cannot be taken apart") {
  CHECK(redact_connection_string("ann:secret@host") == "***");
  CHECK(redact_connection_string("secret") == "***");
  CHECK(redact_connection_string("ann:sec://ret@host") == "***");
  CHECK(redact_connection_string("mongodb://host/?proxyPassword=sec@ret") == "mongodb://***");
  CHECK(redact_connection_string("mongodb://ann:secret") == "mongodb://ann:***");
  CHECK(redact_connection_string("mongodb://ann:1,ann:2secret/db") == "mongodb://ann:***");
}

TEST_CASE("redact_connection_string masks passwords") {
  CHECK(redact_connection_string("mongodb://ann:secret@host/db") == "mongodb://ann:***@host/db");
  CHECK(redact_connection_string("mongodb+srv://ann:secret@host") == "mongodb+srv://ann:***@host");
  CHECK(redact_connection_string("mongodb://ann:@host") == "mongodb://ann:***@host");
  CHECK(redact_connection_string("mongodb://:secret@host") == "mongodb://:***@host");
  CHECK(redact_connection_string("mongodb://ann:p%40ss%3A@a:1,b:2/db?w=1") == "mongodb://ann:***@a:1,b:2/db?w=1");
}

TEST_CASE("redact_connection_string masks passwords that were not percent-encoded") {
  const char* password =
      GENERATE("se@cret", "se:cret", "se/cret", "se?cret", "se#cret", "se@c/r?e:t", "@", ":", "se'cret", "se\"cret",
               "se`cret", "se cret", "se@ cret", "se@'cret", "se://cret", "se\ncret", "se@\tc'r\"e`t");
  const std::string uri = "mongodb://ann:" + std::string(password) + "@host/db";
  CHECK(redact_connection_string(uri) == "mongodb://ann:***@host/db");
  CHECK(redact_uri("cannot parse '" + uri + "'") == "cannot parse 'mongodb://ann:***@host/db'");
}

TEST_CASE("redact_connection_string masks the values of options that hold secrets, and what follows them") {
  CHECK(redact_connection_string("mongodb://host/?w=1&tlsCertificateKeyFilePassword=secret") ==
        "mongodb://host/?w=1&tlsCertificateKeyFilePassword=***");
  CHECK(redact_connection_string("mongodb://host/?tlsCertificateKeyFilePassword=sec&w=ret") ==
        "mongodb://host/?tlsCertificateKeyFilePassword=***");
  CHECK(redact_connection_string("mongodb://host/?w=1&AUTHMECHANISMPROPERTIES=AWS_SESSION_TOKEN:secret") ==
        "mongodb://host/?w=1&AUTHMECHANISMPROPERTIES=***");
  CHECK(redact_connection_string("mongodb://ann:secret@host/?w=1;proxyPassword=b") ==
        "mongodb://ann:***@host/?w=1;proxyPassword=***");
  CHECK(redact_connection_string("mongodb://ann:secret@host/?tlsCertificateKeyFilePassword=se@cret") ==
        "mongodb://***");
}

TEST_CASE("redact_uri finds connection strings in other text") {
  CHECK(redact_uri("no server at 10.0.0.1:27017, mail@example.org") == "no server at 10.0.0.1:27017, mail@example.org");
  CHECK(redact_uri("cannot parse 'mongodb://ann:secret@host/': no port") ==
        "cannot parse 'mongodb://ann:***@host/': no port");
  CHECK(redact_uri("--uri=mongodb://ann:secret@host") == "--uri=mongodb://ann:***@host");
  CHECK(redact_uri("mongodb://a:s1@h and mongodb+srv://b:s2@h") == "mongodb://a:***@h");
  CHECK(redact_uri("MongoDB://ann:secret@host").find("secret") == std::string::npos);
}
