#include "util/fs/local_error.hpp"

#include <cerrno>

#include "support/catch.hpp"

using gridfs::util::error_text;
using gridfs::util::LocalError;

TEST_CASE("a local error is one line that names the path and goes on in lower case", "[util][local_error]") {
  const LocalError missing("photo.png", ENOENT);
  CHECK(std::string(missing.what()) == "photo.png: no such file or directory");
  CHECK(missing.error() == ENOENT);
  CHECK(std::string(LocalError("Dir", EISDIR).what()) == "Dir: is a directory");
  CHECK(std::string(LocalError("a", "Too odd", EINVAL).what()) == "a: Too odd");
  CHECK(error_text(EIO) == "input/output error");
  CHECK(error_text(ENOSPC) == "no space left on device");
}
