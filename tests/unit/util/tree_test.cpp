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

namespace {

struct Recorder : TreeVisitor {
  std::vector<std::string> files;
  std::vector<std::int64_t> sizes;
  std::vector<std::string> passed_over;
  std::vector<std::string> errors;

  void file(const TreeFile& file) override {
    files.push_back(file.name);
    sizes.push_back(file.size);
  }
  void skipped(const std::string& path, std::string_view /*reason*/) override { passed_over.push_back(path); }
  void failed(const LocalError& error) override { errors.emplace_back(error.what()); }
};

}  // namespace

TEST_CASE("a tree is walked in the order of its names") {
  const TemporaryDirectory root;
  std::filesystem::create_directories(root.path("b/c"));
  std::filesystem::create_directories(root.path("empty"));
  write_file(root.path("z"), "12345");
  write_file(root.path("b/c/d"), "1");
  write_file(root.path("b/a"), "");
  write_file(root.path(".hidden"), "12");
  Recorder recorder;
  walk_tree(root.path(), recorder);
  CHECK(recorder.files == std::vector<std::string>{".hidden", "b/a", "b/c/d", "z"});
  CHECK(recorder.sizes == std::vector<std::int64_t>{2, 0, 1, 5});
  CHECK(recorder.errors.empty());
}

TEST_CASE("links are not followed, and what is no file is passed over") {
  const TemporaryDirectory root;
  std::filesystem::create_directory_symlink("/", root.path("link"));
  REQUIRE(::mkfifo(root.path("fifo").c_str(), 0600) == 0);
  Recorder recorder;
  walk_tree(root.path(), recorder);
  CHECK(recorder.files.empty());
  CHECK(recorder.passed_over == std::vector<std::string>{root.path("fifo"), root.path("link")});
}

TEST_CASE("a directory that is not there has failed") {
  const TemporaryDirectory root;
  Recorder recorder;
  walk_tree(root.path("missing"), recorder);
  CHECK(recorder.errors == std::vector<std::string>{root.path("missing") + ": no such file or directory"});
}
