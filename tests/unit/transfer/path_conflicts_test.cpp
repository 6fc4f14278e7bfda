#include <cerrno>
#include <string>
#include <vector>

#include "gridfs/document.hpp"

#include "support/catch.hpp"
#include "transfer/get/local_target.hpp"
#include "util/fs/local_error.hpp"

using namespace gridfs;
using namespace gridfs::transfer;

namespace {

FileInfo file_of(const std::string& name) {
  Document document;
  document.append("_id", Value(name)).append("filename", Value(name)).append("length", Value(std::int32_t{0}));
  return FileInfo(document);
}

// Those of the names, which are in their order, that have a file in their way.
std::vector<std::string> refused_of(const std::vector<std::string>& names) {
  PathConflicts conflicts;
  std::vector<std::string> refused;
  for (const std::string& name : names) {
    try {
      conflicts.check(file_of(name), name);
      conflicts.add(name);
    } catch (const util::LocalError& error) {
      CHECK(error.error() == ENOTDIR);
      refused.push_back(name);
    }
  }
  return refused;
}

}  // namespace

TEST_CASE("a file is in the way of the directory of its name", "[cli][path_conflicts]") {
  using Names = std::vector<std::string>;
  CHECK(refused_of({"a", "a/b", "a/c/d", "b"}) == Names{"a/b", "a/c/d"});
  CHECK(refused_of({"a", "a-b", "a-b/c", "a.b", "a/b", "ab", "ab/c"}) == Names{"a-b/c", "a/b", "ab/c"});
  CHECK(refused_of({"a/b", "a/b/c", "a/bc"}) == Names{"a/b/c"});
  CHECK(refused_of({"a/b", "a/c", "ab/c", "b", "ba/b"}).empty());
}

TEST_CASE("what is in the way is named", "[cli][path_conflicts]") {
  PathConflicts conflicts;
  conflicts.add("a");
  CHECK_THROWS_WITH(conflicts.check(file_of("t/a/b"), "a/b"),
                    "file t/a/b ('t/a/b', 0 bytes): the file 'a' is in the way of its directory");
}
