#include "util/fs/resumable_file.hpp"

#include <cerrno>
#include <filesystem>
#include <string_view>

#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"

using namespace gridfs::util;
using namespace gridfs::test;
using Existing = OutputFile::Existing;
using Names = std::vector<std::string>;

namespace {

std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

// Begins a download, and is broken off.
void leave(const TemporaryDirectory& directory, const std::string& source, std::string_view text) {
  ResumableFile file(target_of_path(directory.path("f")), Existing::refuse, source);
  file.write(bytes(text));
}

constexpr const char* part = ".f.gridfs-part";
constexpr const char* state = ".f.gridfs-part.state";

}  // namespace

TEST_CASE("an interrupted download is resumed") {
  const TemporaryDirectory directory;
  leave(directory, "source", "hello, ");
  CHECK(directory.names() == Names{part, state});
  ResumableFile file(target_of_path(directory.path("f")), Existing::refuse, "source");
  CHECK(file.size() == 7);
  file.write(bytes("world"));
  Sha256 hash;
  hash.update(bytes("hello, world"));
  CHECK(file.sha256() == hash.hex());
  file.commit();
  CHECK(read_file(directory.path("f")) == "hello, world");
  CHECK(directory.names() == Names{"f"});
}

TEST_CASE("a partial download of another source is not resumed") {
  const TemporaryDirectory directory;
  leave(directory, "one", "hello, ");
  ResumableFile file(target_of_path(directory.path("f")), Existing::refuse, "other");
  CHECK(file.size() == 0);
  file.write(bytes("bye"));
  file.commit();
  CHECK(read_file(directory.path("f")) == "bye");
}

TEST_CASE("a partial download that was changed is not resumed") {
  const TemporaryDirectory directory;
  leave(directory, "source", "hello, ");
  SECTION("other bytes") { write_file(directory.path(part), "HELLO, "); }
  SECTION("fewer bytes") { write_file(directory.path(part), "hello"); }
  SECTION("no state, as after a kill") { std::filesystem::remove(directory.path(state)); }
  SECTION("nonsense for a state") { write_file(directory.path(state), "source\nmany bytes\n"); }
  ResumableFile file(target_of_path(directory.path("f")), Existing::refuse, "source");
  CHECK(file.size() == 0);
  file.write(bytes("new"));
  file.commit();
  CHECK(read_file(directory.path("f")) == "new");
}

TEST_CASE("bytes behind those that are vouched for are cut off") {
  const TemporaryDirectory directory;
  leave(directory, "source", "hello, ");
  write_file(directory.path(part), "hello, and more");
  ResumableFile file(target_of_path(directory.path("f")), Existing::refuse, "source");
  CHECK(file.size() == 7);
  file.commit();
  CHECK(read_file(directory.path("f")) == "hello, ");
}

TEST_CASE("nothing is left where nothing came, or where what came is wrong") {
  const TemporaryDirectory directory;
  leave(directory, "source", "");
  CHECK(directory.names().empty());
  {
    ResumableFile file(target_of_path(directory.path("f")), Existing::refuse, "source");
    file.write(bytes("wrong"));
    file.discard();
  }
  CHECK(directory.names().empty());
}

TEST_CASE("two downloads to one target do not write into each other's file") {
  const TemporaryDirectory directory;
  ResumableFile first(target_of_path(directory.path("f")), Existing::refuse, "source");
  CHECK(local_error_of([&] { ResumableFile(target_of_path(directory.path("f")), Existing::refuse, "source"); }) ==
        EBUSY);
}

TEST_CASE("a name that is as long as names can be") {
  const TemporaryDirectory directory;
  const std::string name(255, 'n');
  { ResumableFile(target_of_path(directory.path(name)), Existing::refuse, "source").write(bytes("half")); }
  ResumableFile file(target_of_path(directory.path(name)), Existing::refuse, "source");
  CHECK(file.size() == 4);
  file.commit();
  CHECK(read_file(directory.path(name)) == "half");
}

TEST_CASE("a complete part stays where the target has appeared meanwhile") {
  const TemporaryDirectory directory;
  {
    ResumableFile file(target_of_path(directory.path("f")), Existing::refuse, "source", {}, 0400);
    file.write(bytes("hello"));
    write_file(directory.path("f"), "other");
    CHECK(local_error_of([&] { file.commit(); }) == EEXIST);
  }
  CHECK(directory.names() == Names{part, state, "f"});
  CHECK(read_file(directory.path("f")) == "other");
  CHECK(std::filesystem::status(directory.path(part)).permissions() == std::filesystem::perms(0600));
  ResumableFile file(target_of_path(directory.path("f")), Existing::replace, "source");
  CHECK(file.size() == 5);
  file.commit();
  CHECK(read_file(directory.path("f")) == "hello");
  CHECK(directory.names() == Names{"f"});
}
