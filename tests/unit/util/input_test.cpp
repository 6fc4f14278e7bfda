#include "util/fs/input.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/local_error.hpp"

using namespace gridfs::util;
using namespace gridfs::test;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds bound{30};

std::string read_up_to(Input& input, std::size_t count, const std::stop_token& stop = {}) {
  std::string text(count, '\0');
  text.resize(input.read(std::as_writable_bytes(std::span(text)), stop));
  return text;
}

void write_to(int fd, std::string_view text) {
  REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

// Standard input is something else while it lives.
class StandardInput {
 public:
  explicit StandardInput(int fd) : before_(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)) {
    fd < 0 ? ::close(STDIN_FILENO) : ::dup2(fd, STDIN_FILENO);
  }
  ~StandardInput() { ::dup2(before_.get(), STDIN_FILENO); }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  StandardInput(StandardInput&&) = delete;
  StandardInput& operator=(StandardInput&&) = delete;

 private:
  UniqueFd before_;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    out = UniqueFd(ends[0]);
    in = UniqueFd(ends[1]);
  }
  UniqueFd out;
  UniqueFd in;
};

}  // namespace

TEST_CASE("a file is read to its end", "[util][input]") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "0123456789");
  auto input = Input::open(directory.path("file"));
  CHECK(input.size() == 10);
  CHECK(input.shown() == directory.path("file"));
  CHECK(read_up_to(input, 4) == "0123");
  CHECK(read_up_to(input, 100) == "456789");
  CHECK(read_up_to(input, 100).empty());
  CHECK_FALSE(input.changed());
}

TEST_CASE("an empty file has a size", "[util][input]") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "");
  auto input = Input::open(directory.path("file"));
  CHECK(input.size() == 0);
  CHECK(read_up_to(input, 1).empty());
}

TEST_CASE("what is not a readable file is refused", "[util][input]") {
  const TemporaryDirectory directory;
  fs::create_symlink("nowhere", directory.path("dangling"));
  CHECK(local_error_of([&] { Input::open(directory.path()); }) == EISDIR);
  CHECK(local_error_of([&] { Input::open(directory.path("missing")); }) == ENOENT);
  CHECK(local_error_of([&] { Input::open(directory.path("dangling")); }) == ENOENT);
  CHECK(local_error_of([&] { Input::open(""); }) == ENOENT);
  CHECK_THROWS_WITH(Input::open(directory.path("missing")), directory.path("missing") + ": no such file or directory");
}

TEST_CASE("what a walk has found is opened only as the file that it was", "[util][input]") {
  const TemporaryDirectory root;
  std::ofstream(root.path("file")) << "text";
  auto input = Input::open_below(root.path(), root.path("file"));
  CHECK(read_up_to(input, 9) == "text");
  REQUIRE(::mkfifo(root.path("fifo").c_str(), 0600) == 0);
  fs::create_symlink("file", root.path("link"));
  for (const char* name : {"fifo", "link"}) {
    CHECK_THROWS_AS(Input::open_below(root.path(), root.path(name)), LocalError);
  }
}

TEST_CASE("a file that changes while it is read is noticed", "[util][input]") {
  const TemporaryDirectory directory;
  const auto path = directory.path("file");
  write_file(path, "0123456789");
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
  const auto first = Input::open(path);
  const auto second = Input::open(path);
  CHECK_FALSE(first.changed());
  write_file(path, "9876543210");  // of the same size
  CHECK(first.changed());
  const auto time = fs::last_write_time(path);
  const auto third = Input::open(path);
  fs::resize_file(path, 5);
  fs::last_write_time(path, time);
  CHECK(third.changed());
  CHECK(second.changed());
}

TEST_CASE("a file that is exchanged for another while it is read is still the old one", "[util][input]") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "old");
  auto input = Input::open(directory.path("file"));
  write_file(directory.path("new"), "other");
  fs::rename(directory.path("new"), directory.path("file"));
  CHECK(read_up_to(input, 100) == "old");
  CHECK_FALSE(input.changed());
}

TEST_CASE("a device is read until the buffer is full", "[util][input]") {
  auto zero = Input::open("/dev/zero");
  CHECK(zero.size() == std::nullopt);
  CHECK(read_up_to(zero, 100'000) == std::string(100'000, '\0'));
  CHECK_FALSE(zero.changed());
  auto null = Input::open("/dev/null");
  CHECK(read_up_to(null, 10).empty());
}

TEST_CASE("a FIFO's writer is waited for, and its end is the end", "[util][input]") {
  const TemporaryDirectory directory;
  const auto path = directory.path("fifo");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  auto input = Input::open(path);
  CHECK(input.size() == std::nullopt);
  auto text = std::async(std::launch::async, [&] { return read_up_to(input, 10); });
  {
    const UniqueFd writer(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    write_to(writer.get(), "one ");
    CHECK(text.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);  // it is not the end yet
    write_to(writer.get(), "two");
  }
  REQUIRE(text.wait_for(bound) == std::future_status::ready);
  CHECK(text.get() == "one two");
  CHECK(read_up_to(input, 10).empty());
}

TEST_CASE("a FIFO whose writer writes nothing is empty", "[util][input]") {
  const TemporaryDirectory directory;
  const auto path = directory.path("fifo");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  auto input = Input::open(path);
  auto text = std::async(std::launch::async, [&] { return read_up_to(input, 10); });
  ::close(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  REQUIRE(text.wait_for(bound) == std::future_status::ready);
  CHECK(text.get().empty());
}

TEST_CASE("a stop request ends the waiting for a FIFO's writer", "[util][input]") {
  const TemporaryDirectory directory;
  const auto path = directory.path("fifo");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  auto input = Input::open(path);
  std::stop_source source;
  auto text = std::async(std::launch::async, [&] { return read_up_to(input, 1, source.get_token()); });
  CHECK(text.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
  source.request_stop();
  REQUIRE(text.wait_for(bound) == std::future_status::ready);
  CHECK_THROWS_AS(text.get(), Interrupted);
}

TEST_CASE("a stop request ends the waiting for more from a pipe", "[util][input]") {
  Pipe pipe;
  const StandardInput standard(pipe.out.get());
  auto input = Input::standard_input();
  std::stop_source source;
  auto text = std::async(std::launch::async, [&] { return read_up_to(input, 2, source.get_token()); });
  write_to(pipe.in.get(), "1");
  int unread = 1;
  for (const auto end = std::chrono::steady_clock::now() + bound;
       unread > 0 && std::chrono::steady_clock::now() < end;) {
    REQUIRE(::ioctl(pipe.out.get(), FIONREAD, &unread) == 0);
    std::this_thread::yield();
  }
  source.request_stop();
  REQUIRE(text.wait_for(bound) == std::future_status::ready);
  CHECK_THROWS_AS(text.get(), Interrupted);
}

TEST_CASE("a stop that was requested before ends the waiting too, but not the reading of a file", "[util][input]") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "text");
  std::stop_source source;
  source.request_stop();
  auto file = Input::open(directory.path("file"));
  CHECK(read_up_to(file, 10, source.get_token()) == "text");
  Pipe pipe;
  const StandardInput standard(pipe.out.get());
  auto input = Input::standard_input();
  CHECK_THROWS_AS(read_up_to(input, 1, source.get_token()), Interrupted);
}

TEST_CASE("standard input may be a pipe, blocking or not", "[util][input]") {
  for (const int flags : {0, O_NONBLOCK}) {
    Pipe pipe;
    REQUIRE(::fcntl(pipe.out.get(), F_SETFL, flags) == 0);
    const StandardInput standard(pipe.out.get());
    auto input = Input::standard_input();
    CHECK(input.shown() == "standard input");
    CHECK(input.size() == std::nullopt);
    std::string content(300'000, 'x');  // more than a pipe holds
    content.back() = 'y';
    auto writer = std::async(std::launch::async, [&] {
      std::string_view rest = content;
      while (!rest.empty())
        rest.remove_prefix(static_cast<std::size_t>(::write(pipe.in.get(), rest.data(), rest.size())));
      pipe.in.reset();
    });
    CHECK(read_up_to(input, 400'000) == content);
    writer.get();
  }
}

TEST_CASE("standard input may be a file that was partly read before", "[util][input]") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "header:body");
  const UniqueFd file(::open(directory.path("file").c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::lseek(file.get(), 7, SEEK_SET) == 7);
  const StandardInput standard(file.get());
  auto input = Input::standard_input();
  CHECK(input.size() == 4);
  CHECK(read_up_to(input, 100) == "body");
  CHECK_FALSE(input.changed());
}

TEST_CASE("standard input that cannot be read is an error", "[util][input]") {
  const TemporaryDirectory directory;
  {
    const StandardInput closed(-1);
    CHECK(local_error_of([] { Input::standard_input(); }) == EBADF);
  }
  const UniqueFd opened(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const StandardInput standard(opened.get());
  CHECK_THROWS_WITH(Input::standard_input(), "standard input: is a directory");
}
