#include "util/process/process_end.hpp"

#include <optional>
#include <string>

#include <unistd.h>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "unit/util/temporary_directory.hpp"
#include "util/fs/output_file.hpp"
#include "util/fs/resumable_file.hpp"

using namespace gridfs::util;
using namespace gridfs::test;

namespace {

void end_now() {
  EndAction::run_all();
  ::_exit(0);
}

}  // namespace

TEST_CASE("the actions of those that live are done, the youngest first", "[util][end_action]") {
  const TemporaryDirectory directory;
  const std::string log = directory.path("log");
  const int status = status_of_child([&]() -> int {
    std::string done;
    const EndAction write([&] { write_file(log, done); });
    const EndAction first([&] { done += '1'; });
    std::optional<EndAction> gone(std::in_place, [&] { done += '2'; });
    gone.reset();
    const EndAction third([&] {
      const EndAction within([] {});  // one may be made meanwhile
      done += '3';
    });
    end_now();
    return 1;
  });
  CHECK(status == 0);
  CHECK(read_file(log) == "31");
}

TEST_CASE("a process that ends at once leaves no temporary file", "[util][end_action]") {
  const TemporaryDirectory directory;
  const int status = status_of_child([&]() -> int {
    OutputFile file(target_of_path(directory.path("file")), OutputFile::Existing::refuse);
    file.write(bytes_of("begun"));
    if (directory.names().size() != 1) return 1;
    end_now();
    return 2;
  });
  CHECK(status == 0);
  CHECK(directory.names().empty());
}

TEST_CASE("a process that ends at once leaves a download that can be resumed", "[util][end_action]") {
  const TemporaryDirectory directory;
  const int status = status_of_child([&]() -> int {
    ResumableFile file(target_of_path(directory.path("file")), OutputFile::Existing::refuse, "source");
    file.write(bytes_of("begun"));
    end_now();
    return 1;
  });
  CHECK(status == 0);
  ResumableFile again(target_of_path(directory.path("file")), OutputFile::Existing::refuse, "source");
  CHECK(again.size() == 5);
}
