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

struct Recorder {
  std::vector<std::string> files;
  std::vector<std::int64_t> sizes;
  std::vector<std::string> skipped;
  std::vector<std::string> errors;

  void walk(const std::string& directory) {
    walk_tree(directory, {.file =
                              [this](const TreeFile& file) {
                                files.push_back(file.name);
                                sizes.push_back(file.size);
                              },
                          .skipped = [this](const auto& path, const auto& /*reason*/) { skipped.push_back(path); },
                          .failed = [this](const LocalError& error) { errors.emplace_back(error.what()); }});
  }
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
  recorder.walk(root.path());
  CHECK(recorder.files == std::vector<std::string>{".hidden", "b/a", "b/c/d", "z"});
  CHECK(recorder.sizes == std::vector<std::int64_t>{2, 0, 1, 5});
  CHECK(recorder.errors.empty());
}

TEST_CASE("links and special files are skipped") {
  const TemporaryDirectory root;
  std::filesystem::create_directory_symlink("/", root.path("link"));
  REQUIRE(::mkfifo(root.path("fifo").c_str(), 0600) == 0);
  Recorder recorder;
  recorder.walk(root.path());
  CHECK(recorder.files.empty());
  CHECK(recorder.skipped == std::vector<std::string>{root.path("fifo"), root.path("link")});
}

TEST_CASE("a directory that is not there has failed") {
  const TemporaryDirectory root;
  Recorder recorder;
  recorder.walk(root.path("missing"));
  CHECK(recorder.errors == std::vector<std::string>{root.path("missing") + ": no such file or directory"});
}
