#include "util/fs/file_io.hpp"

#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/output_file.hpp"

using namespace gridfs::util;
using namespace gridfs::test;
namespace fs = std::filesystem;

namespace {

std::ptrdiff_t open_descriptors() {
  return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

UniqueFd open_directory(const std::string& path) { return UniqueFd(::open(path.c_str(), O_PATH | O_DIRECTORY)); }

}  // namespace

TEST_CASE("directories are kept open until they are flushed, each once and not too many", "[util][directory_syncs]") {
  const TemporaryDirectory directory;
  const auto before = open_descriptors();
  DirectorySyncs syncs;
  for (int i = 0; i < 3; ++i) syncs.add(open_directory(directory.path()), "shown");
  CHECK(open_descriptors() == before + 1);
  for (int i = 0; i < 200; ++i) {
    const std::string path = directory.path(std::to_string(i));
    fs::create_directory(path);
    syncs.add(open_directory(path), path);
    CHECK(open_descriptors() <= before + 64);
  }
  syncs.flush();
  CHECK(open_descriptors() == before);
  syncs.flush();
}

TEST_CASE("each directory that gets an entry is reported for flushing", "[util][directory_syncs]") {
  const TemporaryDirectory directory;
  std::vector<std::string> told;
  const auto note = [&](const UniqueFd& changed, const std::string& /*shown*/) {
    told.push_back(fs::read_symlink("/proc/self/fd/" + std::to_string(changed.get())));
  };
  Target target = target_below(directory.path(), "a/b/file", note);
  CHECK(told == std::vector<std::string>{directory.path(), directory.path("a")});
  told.clear();
  OutputFile file(std::move(target), OutputFile::Existing::refuse);
  CHECK(told.empty());
  file.commit(note);
  CHECK(told == std::vector<std::string>{directory.path("a/b")});
  CHECK(fs::exists(directory.path("a/b/file")));
  told.clear();
  target_below(directory.path(), "a/b/other", note);
  CHECK(told.empty());
}
