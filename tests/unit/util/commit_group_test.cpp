#include "util/fs/commit_group.hpp"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/local_error.hpp"

using namespace gridfs::util;
using namespace gridfs::test;

namespace {

std::unique_ptr<OutputFile> written(const std::string& path) {
  auto file = std::make_unique<OutputFile>(target_of_path(path), OutputFile::Existing::refuse);
  file->write(std::as_bytes(std::span(path)));
  return file;
}

}  // namespace

TEST_CASE("files of a group appear when it is committed, each with its outcome") {
  const TemporaryDirectory directory;
  DirectorySyncs syncs;
  CommitGroup group([&](const auto& opened, const auto& shown) { syncs.add(opened, shown); });
  int done = 0;
  std::string error;
  for (const char* name : {"a", "b", "taken"}) {
    group.add(written(directory.path(name)), [&](const std::exception_ptr& failure) {
      try {
        if (failure) std::rethrow_exception(failure);
        ++done;
      } catch (const LocalError& caught) {
        error = caught.what();
      }
    });
  }
  CHECK_FALSE(std::filesystem::exists(directory.path("a")));
  write_file(directory.path("taken"), "theirs");
  group.commit();
  CHECK(done == 2);
  CHECK(error == directory.path("taken") + ": file exists");
  CHECK(read_file(directory.path("a")) == directory.path("a"));
  CHECK(read_file(directory.path("taken")) == "theirs");
  CHECK(directory.names() == std::vector<std::string>{"a", "b", "taken"});
}

TEST_CASE("a group that is not committed leaves nothing behind") {
  const TemporaryDirectory directory;
  {
    CommitGroup group(sync_directory);
    group.add(written(directory.path("a")), [](const std::exception_ptr&) { FAIL("it was not committed"); });
  }
  CHECK(directory.names().empty());
}

TEST_CASE("a group to which several threads add more than it keeps open") {
  constexpr int files_per_thread = 400;
  const TemporaryDirectory directory;
  CommitGroup group(sync_directory);
  std::atomic<int> done = 0;
  {
    const auto add = [&](int first) {
      for (int i = first; i < first + files_per_thread; ++i) {
        group.add(written(directory.path(std::to_string(i))), [&](const std::exception_ptr& failure) {
          if (!failure) ++done;
        });
      }
    };
    const std::jthread one(add, 0);
    const std::jthread other(add, files_per_thread);
  }
  CHECK(done > 0);
  group.commit();
  CHECK(done == 2 * files_per_thread);
  CHECK(std::ssize(directory.names()) == 2 * files_per_thread);
}
