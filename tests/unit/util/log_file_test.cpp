#include "util/fs/log_file.hpp"

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"

using namespace gridfs::util;
using namespace gridfs::test;
using Names = std::vector<std::string>;
namespace fs = std::filesystem;

TEST_CASE("a log is made for its owner, and appended to") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("log");
  LogFile(path).append("one\n");
  CHECK((fs::status(path).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
  LogFile(path).append("two\n");
  CHECK(read_file(path) == "one\ntwo\n");
}

TEST_CASE("a log that cannot be opened") {
  const TemporaryDirectory directory;
  CHECK(local_error_of([&] { LogFile(directory.path("missing/log")); }) == EIO);
  CHECK(local_error_of([&] { LogFile(directory.path()); }) == EIO);
}

TEST_CASE("a full log is renamed, and the oldest one is removed") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("log");
  LogFile log(path, 4);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  for (int number = 0; number < 8; ++number) log.append("line " + std::to_string(number) + '\n');
  CHECK(directory.names() == Names{"log", "log.1", "log.2", "log.3", "log.4", "log.5"});
  CHECK(read_file(path) == "line 7\n");
  CHECK(read_file(path + ".1") == "line 6\n");
  CHECK(read_file(path + ".5") == "line 2\n");
  CHECK((fs::status(path).permissions() & fs::perms::group_read) != fs::perms::none);
}

TEST_CASE("a log that another program renames is followed") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("log");
  LogFile log(path);
  log.append("one\n");
  fs::rename(path, path + ".old");
  log.append("two\n");
  CHECK(read_file(path + ".old") == "one\n");
  CHECK(read_file(path) == "two\n");
}

TEST_CASE("what is no regular file is written to, and never renamed") {
  LogFile log("/dev/null", 0);
  log.append("one\n");
  log.append("two\n");
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a symbolic link to a log, as /dev/stderr is one, is kept") {
  const TemporaryDirectory directory;
  fs::create_symlink("log", directory.path("link"));
  LogFile log(directory.path("link"), 1);
  log.append("one\n");
  log.append("two\n");
  CHECK(fs::is_symlink(directory.path("link")));
  CHECK(read_file(directory.path("log")) == "one\ntwo\n");
}

TEST_CASE("a log whose directory is gone is written to all the same") {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path("below"));
  LogFile log(directory.path("below/log"));
  fs::remove_all(directory.path("below"));
  CHECK_NOTHROW(log.append("one\n"));
}

TEST_CASE("several write one log, whose rotation loses no line of those that are kept") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("log");
  constexpr int writers = 4;
  constexpr int lines = 500;
  constexpr std::int64_t limit = 16'000;  // of about 24,000 bytes
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < writers; ++writer) {
      threads.emplace_back([&path, writer] {
        LogFile log(path, limit);
        for (int line = 0; line < lines; ++line) {
          log.append(std::to_string(writer) + " writes " + std::to_string(line) + '\n');
        }
      });
    }
  }
  std::set<std::string> found;
  std::size_t count = 0;
  for (const std::string& name : directory.names()) {
    std::istringstream text(read_file(directory.path(name)));
    for (std::string line; std::getline(text, line); ++count) found.insert(line);
  }
  CHECK(count == writers * lines);
  CHECK(found.size() == writers * lines);
  CHECK(fs::exists(path + ".1"));
  CHECK_FALSE(fs::exists(path + ".3"));
}
