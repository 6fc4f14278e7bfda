#include "util/fs/tree.hpp"

#include <filesystem>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"

using namespace gridfs::util;
using gridfs::test::TemporaryDirectory;
using gridfs::test::write_file;
using Names = std::vector<std::string>;

namespace {

struct Walked {
  Names files;
  std::vector<std::int64_t> sizes;
  Names others;
  Names errors;
};

Walked walk(const std::string& directory, TreeWalk::Links links = TreeWalk::Links::skip) {
  Walked walked;
  TreeWalk tree(
      directory, [&](const LocalError& error) { walked.errors.emplace_back(error.what()); }, links);
  while (const auto file = tree.next()) {
    if (!file->other.empty()) {
      walked.others.push_back(file->path + ": " + file->other);
      continue;
    }
    walked.files.push_back(file->name);
    walked.sizes.push_back(file->size);
    CHECK(file->path == path_below(directory, file->name));
  }
  return walked;
}

}  // namespace

TEST_CASE("a tree is walked in the order of its whole names") {
  const TemporaryDirectory root;
  for (const char* directory : {"b/c", "empty", "b.d", "b+", "e"}) {
    std::filesystem::create_directories(root.path(directory));
  }
  write_file(root.path("z"), "12345");
  write_file(root.path("b/c/d"), "1");
  write_file(root.path("b/a"), "");
  write_file(root.path("b.d/x"), "123");
  write_file(root.path("b+/x"), "1234");
  write_file(root.path("b.txt"), "123456");
  write_file(root.path("e/\xff"), "");
  write_file(root.path("e/~"), "");
  write_file(root.path("b0"), "");
  write_file(root.path(".hidden"), "12");
  for (const auto& path : {root.path(), root.path() + "/"}) {
    const auto walked = walk(path);
    CHECK(walked.files == Names{".hidden", "b+/x", "b.d/x", "b.txt", "b/a", "b/c/d", "b0", "e/~", "e/\xff", "z"});
    CHECK(walked.sizes == std::vector<std::int64_t>{2, 4, 3, 6, 0, 1, 0, 0, 0, 5});
    CHECK(walked.errors.empty());
  }
}

TEST_CASE("links and special files are no files") {
  const TemporaryDirectory root;
  std::filesystem::create_directory_symlink("/", root.path("link"));
  REQUIRE(::mkfifo(root.path("fifo").c_str(), 0600) == 0);
  const auto walked = walk(root.path());
  CHECK(walked.files.empty());
  CHECK(walked.others == Names{root.path("fifo") + ": a special file", root.path("link") + ": a symbolic link"});
}

TEST_CASE("links are followed, but not round and round") {
  const TemporaryDirectory root;
  const TemporaryDirectory elsewhere;
  write_file(elsewhere.path("x"), "123");
  std::filesystem::create_directory(root.path("d"));
  std::filesystem::create_directory_symlink(elsewhere.path(), root.path("a"));
  std::filesystem::create_directory_symlink(elsewhere.path(), root.path("d/again"));
  std::filesystem::create_symlink(elsewhere.path("x"), root.path("a.file"));
  std::filesystem::create_directory_symlink("..", root.path("d/up"));
  std::filesystem::create_symlink("missing", root.path("broken"));
  const auto walked = walk(root.path(), TreeWalk::Links::follow);
  CHECK(walked.files == Names{"a.file", "a/x", "d/again/x"});
  CHECK(walked.sizes == std::vector<std::int64_t>{3, 3, 3});
  CHECK(walked.errors == Names{root.path("broken") + ": no such file or directory",
                               root.path("d/up") + ": a symbolic link to a directory that it is in"});
  // The walk may begin with a link, whatever is done about the others.
  CHECK(walk(root.path("a")).files == Names{"x"});
}

TEST_CASE("a directory that is not there has failed") {
  const TemporaryDirectory root;
  CHECK(walk(root.path("missing")).errors == Names{root.path("missing") + ": no such file or directory"});
}

TEST_CASE("what vanishes while the tree is walked has failed") {
  const TemporaryDirectory root;
  for (const char* name : {"a", "b", "c", "d/e"}) {
    std::filesystem::create_directories(std::filesystem::path(root.path(name)).parent_path());
    write_file(root.path(name), "");
  }
  Names errors;
  TreeWalk tree(root.path(), [&](const LocalError& error) { errors.emplace_back(error.what()); });
  CHECK(tree.next()->name == "a");
  std::filesystem::remove(root.path("b"));
  std::filesystem::remove_all(root.path("d"));
  CHECK(tree.next()->name == "c");
  CHECK_FALSE(tree.next());
  CHECK(errors ==
        Names{root.path("b") + ": no such file or directory", root.path("d") + ": no such file or directory"});
}

TEST_CASE("a download that ends while the tree is walked has not failed") {
  const TemporaryDirectory root;
  const Names parts{".b.gridfs-012345678", ".b.gridfs-part", ".b.gridfs-part.state"};
  write_file(root.path(".a"), "");
  for (const auto& name : parts) write_file(root.path(name), "");
  for (const auto links : {TreeWalk::Links::skip, TreeWalk::Links::follow}) {
    Names errors;
    TreeWalk tree(
        root.path(), [&](const LocalError& error) { errors.emplace_back(error.what()); }, links);
    CHECK(tree.next()->name == ".a");
    for (const auto& name : parts) std::filesystem::rename(root.path(name), root.path("b"));
    CHECK_FALSE(tree.next());
    CHECK(errors.empty());
    for (const auto& name : parts) write_file(root.path(name), "");
    std::filesystem::remove(root.path("b"));
  }
}

TEST_CASE("a link that is put in a directory's place while the tree is walked is not followed") {
  const TemporaryDirectory root;
  const TemporaryDirectory elsewhere;
  for (const auto& top : {root.path(), elsewhere.path()}) {
    std::filesystem::create_directories(top + "/d/e/f");
    write_file(top + "/d/a", "");
    write_file(top + "/d/e/f/secret", "");
  }
  Names errors;
  TreeWalk tree(root.path(), [&](const LocalError& error) { errors.emplace_back(error.what()); });
  CHECK(tree.next()->name == "d/a");
  std::filesystem::rename(root.path("d"), root.path("before"));
  std::filesystem::create_directory_symlink(elsewhere.path("d"), root.path("d"));
  CHECK_FALSE(tree.next());
  CHECK(errors == Names{root.path("d") + ": is a symbolic link, which may lead elsewhere"});
}

TEST_CASE("a directory that is left out is not looked at") {
  const TemporaryDirectory root;
  for (const char* directory : {"a/b", "c"}) std::filesystem::create_directories(root.path(directory));
  write_file(root.path("a/b/x"), "");
  write_file(root.path("a/y"), "");
  // What it holds is not even read: it leads to itself.
  std::filesystem::create_directory_symlink(root.path("c"), root.path("c/loop"));
  Names errors;
  Names asked;
  TreeWalk tree(
      root.path(), [&](const LocalError& error) { errors.emplace_back(error.what()); }, TreeWalk::Links::follow,
      [&](const std::string& name) {
        asked.push_back(name);
        return name == "a/b/" || name == "c/";
      });
  CHECK(tree.next()->name == "a/y");
  CHECK_FALSE(tree.next());
  CHECK(errors.empty());
  CHECK(asked == Names{"a/", "a/b/", "c/"});
}
