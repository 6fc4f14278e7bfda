#include "transfer/sync/extra_files.hpp"

#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace gridfs;
using gridfs::transfer::ExtraFiles;

TEST_CASE("the list gives what was added, in its order", "[sync]") {
  ExtraFiles files;
  files.each([](const auto& /*file*/) { FAIL(); });
  const std::vector<std::pair<std::string, DateTime>> added{{"b", DateTime::min()},
                                                            {"a\nb", DateTime(DateTime::duration(1))},
                                                            {std::string("\0\xff", 2), DateTime::max()},
                                                            {std::string(100'000, 'n'), DateTime()},
                                                            {"", DateTime()}};
  for (const auto& [name, time] : added) files.add({name, time});
  CHECK(files.count() == 5);
  std::vector<std::pair<std::string, DateTime>> given;
  files.each([&](const auto& file) { given.emplace_back(file.name, file.time); });
  CHECK(given == added);
}
