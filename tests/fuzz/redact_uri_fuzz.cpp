// A connection string, valid or not: what is shown of it holds no password.
#include <string>

#include "gridfs/client.hpp"

#include "fuzz/fuzz_target.hpp"

using gridfs::test::as_text;
using gridfs::test::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(as_text(data, size));
  require(gridfs::redact_uri(gridfs::redact_uri(text)) == gridfs::redact_uri(text));
  // What stands for the password must not be told from the user's name, the host and the options.
  if (text.find_first_of(" \t\r\n'\"`@:/?&;=") != std::string::npos || text.empty()) return 0;
  const std::string secret = "S3CRET" + text + "S3CRET";
  const auto shown = gridfs::redact_uri("mongodb://user:" + secret + "@host/?tlsCertificateKeyFilePassword=" + secret);
  require(shown.find("S3CRET") == std::string::npos);
  return 0;
}
