#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/local_error.hpp"
#include "util/fs/output_file.hpp"

using namespace gridfs::util;
using namespace gridfs::test;
namespace fs = std::filesystem;

namespace {

// Whether the target's directory is the one of that path.
bool is_in(const Target& target, const std::string& path) {
  struct stat a {};
  struct stat b {};
  REQUIRE(::fstat(target.directory.get(), &a) == 0);
  REQUIRE(::stat(path.c_str(), &b) == 0);
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

TEST_CASE("a path's target is its last component in the directory before it", "[util][target]") {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path("sub"));
  const auto target = target_of_path(directory.path("sub/file"));
  CHECK(target.name == "file");
  CHECK(target.shown == directory.path("sub/file"));
  CHECK(is_in(target, directory.path("sub")));
  CHECK(is_in(target_of_path("plain"), "."));
  CHECK(target_of_path("plain").shown == "plain");
  CHECK(is_in(target_of_path("/plain"), "/"));
  CHECK(target_of_path(directory.path("sub//file")).name == "file");
}

TEST_CASE("a user's path is followed through symbolic links", "[util][target]") {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path("real"));
  fs::create_directory_symlink("real", directory.path("link"));
  CHECK(is_in(target_of_path(directory.path("link/file")), directory.path("real")));
  CHECK(is_in(target_of_path(directory.path("link/../file")), directory.path()));
  CHECK(is_in(target_below(directory.path("link"), "file"), directory.path("real")));
}

TEST_CASE("a path that cannot name a file is refused", "[util][target]") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "");
  CHECK(local_error_of([&] { target_of_path(""); }) == ENOENT);
  CHECK(local_error_of([&] { target_of_path(directory.path("missing/file")); }) == ENOENT);
  CHECK(local_error_of([&] { target_of_path(directory.path("file/x")); }) == ENOTDIR);
  CHECK(local_error_of([&] { target_of_path(directory.path() + "/"); }) == EISDIR);
  CHECK(local_error_of([&] { target_of_path(directory.path("..")); }) == EISDIR);
  CHECK(local_error_of([&] { target_of_path("."); }) == EISDIR);
  CHECK(directory.names() == std::vector<std::string>{"file"});
}

TEST_CASE("a stored name's directories are made below the root", "[util][target]") {
  const TemporaryDirectory directory;
  const auto target = target_below(directory.path(), "a/b/file");
  CHECK(target.name == "file");
  CHECK(target.shown == directory.path("a/b/file"));
  CHECK(is_in(target, directory.path("a/b")));
  CHECK(is_in(target_below(directory.path(), "a/b/other"), directory.path("a/b")));
  CHECK(directory.names() == std::vector<std::string>{"a"});
  CHECK(fs::is_empty(directory.path("a/b")));
}

TEST_CASE("a root that is missing is made", "[util][target]") {
  const TemporaryDirectory directory;
  CHECK(is_in(target_below(directory.path("x/y/"), "file"), directory.path("x/y")));
  CHECK(target_below(directory.path("x/y/"), "file").shown == directory.path("x/y/file"));
  write_file(directory.path("file"), "");
  CHECK(local_error_of([&] { target_below(directory.path("file"), "a"); }) == ENOTDIR);
  CHECK(local_error_of([&] { target_below(directory.path("file/sub"), "a"); }) == ENOTDIR);
}

TEST_CASE("without a root, the current directory is it", "[util][target]") {
  CHECK(is_in(target_below("", "file"), "."));
  CHECK(target_below("", "file").shown == "file");
}

TEST_CASE("a symbolic link among a stored name's directories is refused", "[util][target]") {
  const TemporaryDirectory directory;
  const TemporaryDirectory outside;
  fs::create_directory(directory.path("a"));
  fs::create_directory_symlink(outside.path(), directory.path("a/link"));
  fs::create_symlink("nowhere", directory.path("dangling"));
  CHECK(local_error_of([&] { target_below(directory.path(), "a/link/file"); }) == ELOOP);
  CHECK(local_error_of([&] { target_below(directory.path(), "a/link/sub/file"); }) == ELOOP);
  CHECK(local_error_of([&] { target_below(directory.path(), "dangling/file"); }) == ELOOP);
  CHECK(outside.names().empty());
  CHECK_THROWS_WITH(target_below(directory.path(), "a/link/file"),
                    directory.path("a/link") + ": is a symbolic link, which may lead elsewhere");
}

TEST_CASE("a file among a stored name's directories is refused", "[util][target]") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "kept");
  CHECK(local_error_of([&] { target_below(directory.path(), "file/x"); }) == ENOTDIR);
  CHECK(read_file(directory.path("file")) == "kept");
}

TEST_CASE("a stored name that is not safe makes nothing", "[util][target]") {
  const TemporaryDirectory directory;
  for (const auto* name : {"../x", "/x", "a/../../x", "", "a/", "a\n"}) {
    CHECK(local_error_of([&] { target_below(directory.path(), name); }) == EINVAL);
  }
  CHECK(directory.names().empty());
}

TEST_CASE("a file below a directory is removed if it is still the same one", "[util][target]") {
  const TemporaryDirectory directory;
  const TemporaryDirectory outside;
  fs::create_directory(directory.path("d"));
  fs::create_directory_symlink(outside.path(), directory.path("link"));
  write_file(directory.path("d/file"), "");
  write_file(outside.path("file"), "");
  const auto modified = [&](const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return modified_of(status);
  };
  const auto time = modified(directory.path("d/file"));
  CHECK_FALSE(remove_below(directory.path(), "d/file", time - std::chrono::milliseconds(1)));
  CHECK(directory.names() == std::vector<std::string>{"d", "link"});
  CHECK(remove_below(directory.path(), "d/file", time));
  CHECK_FALSE(fs::exists(directory.path("d/file")));
  CHECK(local_error_of([&] { remove_below(directory.path(), "d/file", time); }) == ENOENT);
  CHECK(local_error_of([&] { remove_below(directory.path(), "d", time); }) == EEXIST);
  CHECK(local_error_of([&] { remove_below(directory.path(), "missing/file", time); }) == ENOENT);
  CHECK(local_error_of([&] { remove_below(directory.path("missing"), "file", time); }) == ENOENT);
  CHECK(local_error_of([&] { remove_below(directory.path(), "link/file", modified(outside.path("file"))); }) == ELOOP);
  CHECK(fs::exists(outside.path("file")));
  CHECK(directory.names() == std::vector<std::string>{"d", "link"});
}
