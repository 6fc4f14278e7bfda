// A connection string, valid or not, alone and in other text: what is shown of it holds no password, whatever is in it.
#include <string>

#include "gridfs/client.hpp"

#include "fuzz/fuzz_target.hpp"

using gridfs::test::as_text;
using gridfs::test::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(as_text(data, size));
  require(gridfs::redact_connection_string(gridfs::redact_connection_string(text)) ==
          gridfs::redact_connection_string(text));
  require(gridfs::redact_uri(gridfs::redact_uri(text)) == gridfs::redact_uri(text));
  const std::string secret = "S3CRET" + text + "S3CRET";
  for (const std::string& uri : {"mongodb://user:" + secret + "@host/", "mongodb://user:" + secret + "@host/?w=1",
                                 "mongodb://host/?tlsCertificateKeyFilePassword=" + secret,
                                 "mongodb://user:" + secret + "@host/?tlsCertificateKeyFilePassword=" + secret}) {
    for (const std::string& shown : {gridfs::redact_connection_string(uri), gridfs::redact_uri(uri),
                                     gridfs::redact_uri("--uri=" + uri + "': not valid")}) {
      require(shown.find("S3CRET") == std::string::npos);
    }
  }
  return 0;
}
