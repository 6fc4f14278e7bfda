#include "util/fs/output_file.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/local_error.hpp"
#include "util/text/utf8.hpp"

using namespace gridfs::util;
using namespace gridfs::test;
using Existing = OutputFile::Existing;
using Names = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

void store(const std::string& path, Existing existing, std::string_view content) {
  OutputFile file(target_of_path(path), existing);
  file.write(bytes_of(content));
  file.commit();
}

struct stat status_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status;
}

// For its own thread: the system calls fail as on a file system that knows neither.
bool refuse_calls(std::initializer_list<long> calls) {
  std::vector<sock_filter> program{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const long call : calls) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (call == SYS_linkat ? EPERM : EINVAL)));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace

TEST_CASE("a file appears whole, and nothing else stays", "[util][output_file]") {
  const TemporaryDirectory directory;
  OutputFile file(target_of_path(directory.path("photo.png")), Existing::refuse);
  file.write(bytes_of("one "));
  file.write({});
  file.write(bytes_of("two"));
  const auto names = directory.names();
  REQUIRE(names.size() == 1);
  CHECK(names[0].starts_with(".photo.png.gridfs-"));
  CHECK(names[0].size() == std::string(".photo.png.gridfs-012345678").size());
  file.commit();
  CHECK(directory.names() == Names{"photo.png"});
  CHECK(read_file(directory.path("photo.png")) == "one two");
}

TEST_CASE("an empty file is a file", "[util][output_file]") {
  const TemporaryDirectory directory;
  store(directory.path("empty"), Existing::refuse, "");
  CHECK(read_file(directory.path("empty")).empty());
}

TEST_CASE("without commit nothing is left", "[util][output_file]") {
  const TemporaryDirectory directory;
  write_file(directory.path("old"), "old");
  for (const auto* name : {"new", "old"}) {
    OutputFile file(target_of_path(directory.path(name)), Existing::replace);
    file.write(bytes_of("half"));
    CHECK(directory.names().size() == 2);
  }
  CHECK(directory.names() == Names{"old"});
  CHECK(read_file(directory.path("old")) == "old");
}

TEST_CASE("an existing file is refused at once, whatever it is", "[util][output_file]") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "old");
  fs::create_symlink("file", directory.path("link"));
  fs::create_symlink("nowhere", directory.path("dangling"));
  const auto before = directory.names();
  for (const auto* name : {"file", "link", "dangling"}) {
    INFO(name);
    CHECK(local_error_of([&] { OutputFile(target_of_path(directory.path(name)), Existing::refuse); }) == EEXIST);
  }
  CHECK(directory.names() == before);
  CHECK_THROWS_WITH(OutputFile(target_of_path(directory.path("file")), Existing::refuse),
                    directory.path("file") + ": file exists");
}

TEST_CASE("a file that appears meanwhile is left alone", "[util][output_file]") {
  const TemporaryDirectory directory;
  const auto path = directory.path("file");
  {
    OutputFile file(target_of_path(path), Existing::refuse);
    file.write(bytes_of("new"));
    write_file(path, "other");
    CHECK(local_error_of([&] { file.commit(); }) == EEXIST);
  }
  CHECK(directory.names() == Names{"file"});
  CHECK(read_file(path) == "other");
}

TEST_CASE("an existing file is replaced as a whole", "[util][output_file]") {
  const TemporaryDirectory directory;
  const auto path = directory.path("file");
  write_file(path, "a longer old content");
  fs::create_hard_link(path, directory.path("backup"));
  store(path, Existing::replace, "new");
  CHECK(read_file(path) == "new");
  CHECK(read_file(directory.path("backup")) == "a longer old content");
  CHECK(directory.names() == Names{"backup", "file"});
}

TEST_CASE("a symbolic link to a file is followed", "[util][output_file]") {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path("d"));
  write_file(directory.path("d/file"), "old");
  REQUIRE(::chmod(directory.path("d/file").c_str(), 0600) == 0);
  fs::create_symlink("file", directory.path("d/near"));
  fs::create_symlink(directory.path("d/near"), directory.path("far"));
  for (const auto* name : {"d/near", "far"}) {
    store(directory.path(name), Existing::replace, name);
    CHECK(S_ISLNK(status_of(directory.path(name)).st_mode));
    CHECK(read_file(directory.path("d/file")) == name);
    CHECK((status_of(directory.path("d/file")).st_mode & ALLPERMS) == 0600);
  }
  CHECK(target_of_path(directory.path("far")).shown == directory.path("far"));
  CHECK(directory.names() == Names{"d", "far"});
}

TEST_CASE("a symbolic link to nowhere is replaced", "[util][output_file]") {
  const TemporaryDirectory directory;
  fs::create_symlink("nowhere", directory.path("dangling"));
  store(directory.path("dangling"), Existing::replace, "new");
  CHECK(S_ISREG(status_of(directory.path("dangling")).st_mode));
  CHECK(read_file(directory.path("dangling")) == "new");
  CHECK_FALSE(fs::exists(directory.path("nowhere")));
}

TEST_CASE("a directory in the way is never replaced", "[util][output_file]") {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path("sub"));
  for (const auto existing : {Existing::refuse, Existing::replace}) {
    CHECK(local_error_of([&] { OutputFile(target_of_path(directory.path("sub")), existing); }) == EISDIR);
  }
  {
    OutputFile file(target_of_path(directory.path("late")), Existing::replace);
    fs::create_directory(directory.path("late"));
    CHECK(local_error_of([&] { file.commit(); }) == EISDIR);
  }
  CHECK(directory.names() == Names{"late", "sub"});
}

TEST_CASE("the longest name has room for a temporary one", "[util][output_file]") {
  const TemporaryDirectory directory;
  std::string umlauts = "x";  // so that a cut at an even number of bytes would halve a character
  while (umlauts.size() < 255) umlauts += "ä";
  for (const auto& name : {std::string(255, 'n'), umlauts}) {
    OutputFile file(target_of_path(directory.path(name)), Existing::refuse);
    REQUIRE(directory.names().size() == 1);
    CHECK(is_utf8(directory.names()[0]));
    file.commit();
    CHECK(directory.names() == Names{name});
    fs::remove(directory.path(name));
  }
  CHECK(local_error_of([&] { OutputFile(target_of_path(directory.path(std::string(256, 'n'))), Existing::refuse); }) ==
        ENAMETOOLONG);
}

TEST_CASE("permissions are those that the umask leaves, or of the file that is replaced", "[util][output_file]") {
  const TemporaryDirectory directory;
  write_file(directory.path("old"), "");
  fs::permissions(directory.path("old"), fs::perms::owner_all);
  const auto before = ::umask(027);
  store(directory.path("new"), Existing::refuse, "");
  store(directory.path("old"), Existing::replace, "");
  ::umask(before);
  CHECK((status_of(directory.path("new")).st_mode & 07777U) == 0640);
  CHECK((status_of(directory.path("old")).st_mode & 07777U) == 0700);
}

TEST_CASE("a directory that may be written but not read will do", "[util][output_file]") {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path("drop"));
  fs::permissions(directory.path("drop"), fs::perms::owner_write | fs::perms::owner_exec);
  store(directory.path("drop/file"), Existing::refuse, "in");
  CHECK(read_file(directory.path("drop/file")) == "in");
  fs::permissions(directory.path("drop"), fs::perms::owner_all);
}

TEST_CASE("the time of modification is set to the millisecond", "[util][output_file]") {
  const TemporaryDirectory directory;
  const auto modified = [&](std::int64_t time) {
    OutputFile file(target_of_path(directory.path("file")), Existing::replace);
    file.write(bytes_of("x"));
    file.set_modified(time);
    file.commit();
    return status_of(directory.path("file")).st_mtim;
  };
  const auto late = modified(1'700'000'000'123);
  CHECK(late.tv_sec == 1'700'000'000);
  CHECK(late.tv_nsec == 123'000'000);
  const auto early = modified(-1);
  CHECK(early.tv_sec == -1);
  CHECK(early.tv_nsec == 999'000'000);
}

TEST_CASE("a file that is to get a mode is its user's alone until then", "[util][output_file]") {
  const TemporaryDirectory directory;
  write_file(directory.path("old"), "old");
  REQUIRE(::chmod(directory.path("old").c_str(), 0604) == 0);
  const auto store_with = [&](const std::string& name, std::optional<mode_t> mode) {
    OutputFile file(target_of_path(directory.path(name)), Existing::replace, {}, mode);
    file.write(bytes_of("new"));
    for (const auto& other : directory.names()) {
      if (other.starts_with('.')) CHECK((status_of(directory.path(other)).st_mode & 07777U) == 0600);
    }
    file.commit();
    CHECK(read_file(directory.path(name)) == "new");
    return status_of(directory.path(name)).st_mode & 07777U;
  };
  CHECK(store_with("old", {}) == 0604);
  CHECK(store_with("old", 0444) == 0444);
  CHECK(store_with("new", 0646) == 0646);
}

TEST_CASE("a short write is continued, and its failure reported", "[util][output_file]") {
  const TemporaryDirectory directory;
  const int status = status_of_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{10, 10};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    const std::string content(20, 'x');
    OutputFile file(target_of_path(directory.path("file")), Existing::refuse);
    const int error = local_error_of([&] { file.write(bytes_of(content)); });
    return error == EFBIG && fs::file_size(directory.path(directory.names().at(0))) == 10 ? 0 : 2;
  });
  CHECK(status == 0);
  CHECK(directory.names().empty());
}

TEST_CASE("a device is written as it is, and a full one is an error", "[util][output_file]") {
  for (const auto existing : {Existing::refuse, Existing::replace}) {
    OutputFile full(target_of_path("/dev/full"), existing);
    CHECK(local_error_of([&] { full.write(bytes_of("x")); }) == ENOSPC);
    store("/dev/null", existing, "gone");
  }
  CHECK(S_ISCHR(status_of("/dev/full").st_mode));
  CHECK(S_ISCHR(status_of("/dev/null").st_mode));
}

TEST_CASE("a link to a device leads to it, and stays", "[util][output_file]") {
  const TemporaryDirectory directory;
  fs::create_symlink("/dev/null", directory.path("null"));
  store(directory.path("null"), Existing::replace, "gone");
  CHECK(S_ISLNK(status_of(directory.path("null")).st_mode));
  CHECK(directory.names() == Names{"null"});
}

TEST_CASE("a FIFO is written as it is, until its reader closes it", "[util][output_file]") {
  const TemporaryDirectory directory;
  const auto path = directory.path("fifo");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  UniqueFd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  OutputFile file(target_of_path(path), Existing::refuse);
  file.set_modified(0);
  file.write(bytes_of("through"));
  std::array<char, 16> buffer{};
  REQUIRE(::read(reader.get(), buffer.data(), buffer.size()) == 7);
  CHECK(std::string(buffer.data(), 7) == "through");
  reader.reset();
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  CHECK(local_error_of([&] { file.write(bytes_of("nobody")); }) == EPIPE);
  std::signal(SIGPIPE, before);
  file.commit();
  CHECK(directory.names() == Names{"fifo"});
}

TEST_CASE("an open descriptor's name means what is open there", "[util][output_file]") {
  const TemporaryDirectory directory;
  write_file(directory.path("log"), "first ");
  const UniqueFd log(::open(directory.path("log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  const auto name = std::to_string(log.get());
  store("/dev/fd/" + name, Existing::refuse, "second ");
  fs::create_symlink("/proc/self/fd/" + name, directory.path("out"));  // as /dev/stdout is
  store(directory.path("out"), Existing::replace, "third");
  fs::create_symlink("out", directory.path("again"));
  store(directory.path("again"), Existing::replace, " fourth");
  CHECK(read_file(directory.path("log")) == "first second third fourth");
  CHECK(S_ISLNK(status_of(directory.path("out")).st_mode));
  CHECK(S_ISLNK(status_of(directory.path("again")).st_mode));
}

TEST_CASE("below a root, a link under the file's name is not followed", "[util][output_file]") {
  const TemporaryDirectory directory;
  const TemporaryDirectory outside;
  write_file(outside.path("file"), "kept");
  fs::create_symlink(outside.path("file"), directory.path("link"));
  CHECK(local_error_of([&] { OutputFile(target_below(directory.path(), "link"), Existing::refuse); }) == EEXIST);
  OutputFile file(target_below(directory.path(), "link"), Existing::replace);
  file.write(bytes_of("new"));
  file.commit();
  CHECK(read_file(outside.path("file")) == "kept");
  CHECK(read_file(directory.path("link")) == "new");
}

TEST_CASE("nothing is replaced on file systems that cannot rename so, nor link", "[util][output_file]") {
  const TemporaryDirectory directory;
  const auto check = [&](std::initializer_list<long> calls) {
    bool ready = false;
    int late = 0;
    std::jthread([&] {
      ready = refuse_calls(calls);
      if (!ready) return;
      store(directory.path("new"), Existing::refuse, "new");
      late = local_error_of([&] {
        OutputFile file(target_of_path(directory.path("late")), Existing::refuse);
        write_file(directory.path("late"), "other");
        file.commit();
      });
    }).join();
    REQUIRE(ready);
    CHECK(late == EEXIST);
    CHECK(directory.names() == Names{"late", "new"});
    CHECK(read_file(directory.path("new")) == "new");
    CHECK(read_file(directory.path("late")) == "other");
    fs::remove(directory.path("new"));
    fs::remove(directory.path("late"));
  };
  check({SYS_renameat2});
  check({SYS_renameat2, SYS_linkat});
}
