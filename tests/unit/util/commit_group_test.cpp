#include "util/fs/commit_group.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/startup.hpp"

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
  constexpr int number_of_threads = 4;
  const TemporaryDirectory directory;
  std::atomic<std::size_t> most_open = 0;
  CommitGroup group([&](const UniqueFd& opened, const std::string& shown) {
    const auto open = static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()));
    most_open = std::max(most_open.load(), open);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // a slow disk, so that the others go on adding
    sync_directory(opened, shown);
  });
  std::atomic<int> done = 0;
  {
    const auto add = [&](int first) {
      for (int i = first; i < first + files_per_thread; ++i) {
        group.add(written(directory.path(std::to_string(i))), [&](const std::exception_ptr& failure) {
          if (!failure) ++done;
        });
      }
    };
    std::vector<std::jthread> threads;
    for (int i = 0; i < number_of_threads; ++i) threads.emplace_back(add, i * files_per_thread);
  }
  CHECK(done > 0);
  CHECK(most_open <= std::min<std::size_t>(descriptor_limit() / 4, 1024) + 32);
  group.commit();
  CHECK(done == number_of_threads * files_per_thread);
  CHECK(std::ssize(directory.names()) == number_of_threads * files_per_thread);
}
