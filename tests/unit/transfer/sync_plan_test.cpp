#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "gridfs/error.hpp"

#include "support/catch.hpp"
#include "transfer/sync/plan.hpp"

using namespace gridfs;
using namespace gridfs::transfer;
using Direction = SyncPlan::Direction;
using Texts = std::vector<std::string>;

namespace {

DateTime at_time(std::int64_t milliseconds) { return DateTime(std::chrono::milliseconds(milliseconds)); }

SyncFile sync_file(const std::string& name, std::int64_t size = 1, std::int64_t modified = 0) {
  return {name, size, at_time(modified), "", std::nullopt};
}

SyncFile link(const std::string& name) { return {name, 0, at_time(0), "a symbolic link", std::nullopt}; }

struct Given {
  Direction direction = Direction::to_bucket;
  std::vector<SyncFile> local;
  std::vector<SyncFile> stored;
  FileFilter filter;
};

struct Planned {
  Texts actions;
  std::int64_t source_files;
};

Planned plan(const Given& given) {
  Texts actions;
  auto next = given.local.begin();
  SyncPlan plan(given.direction, given.filter,
                [&] { return next == given.local.end() ? std::nullopt : std::optional(*next++); },
                {.is_same = [](auto& source, auto& other) { return is_same(source, other, Comparison::time); },
                 .transfer =
                     [&](auto& source, auto* other) {
                       actions.push_back((other == nullptr       ? "new "
                                          : other->other.empty() ? "change "
                                                                 : "blocked ") +
                                         source.name);
                     },
                 .keep = [&](auto& source) { actions.push_back("keep " + source.name); },
                 .extra = [&](auto& other) { actions.push_back("extra " + other.name); }});
  for (const SyncFile& stored : given.stored) plan.stored(stored);
  plan.finish();
  return {actions, plan.source_files()};
}

FileFilter without(const std::string& glob) {
  FileFilter filter;
  filter.exclude = {util::Glob(glob)};
  return filter;
}

}  // namespace

TEST_CASE("each name is decided once, in the order of names", "[sync]") {
  const std::vector<SyncFile> left{sync_file("a"), sync_file("b", 2), sync_file("c", 1, 5), sync_file("e")};
  const std::vector<SyncFile> right{sync_file("0"), sync_file("b", 1), sync_file("c", 1, 6), sync_file("d"),
                                    sync_file("f")};
  const auto up = plan({Direction::to_bucket, left, right, {}});
  CHECK(up.actions == Texts{"extra 0", "new a", "change b", "keep c", "extra d", "new e", "extra f"});
  CHECK(up.source_files == 4);
  const auto down = plan({Direction::to_directory, left, right, {}});
  CHECK(down.actions == Texts{"new 0", "extra a", "change b", "keep c", "new d", "extra e", "new f"});
  CHECK(down.source_files == 5);
}

TEST_CASE("an empty side", "[sync]") {
  CHECK(plan({Direction::to_bucket, {}, {}, {}}).actions.empty());
  CHECK(plan({Direction::to_bucket, {sync_file("a")}, {}, {}}).actions == Texts{"new a"});
  const auto from_nothing = plan({Direction::to_bucket, {}, {sync_file("a")}, {}});
  CHECK(from_nothing.actions == Texts{"extra a"});
  CHECK(from_nothing.source_files == 0);
}

TEST_CASE("what is the same", "[sync]") {
  CHECK(is_same(sync_file("a", 1, 1), sync_file("a", 1, 2), Comparison::time));
  CHECK(is_same(sync_file("a", 1, 2), sync_file("a", 1, 1), Comparison::time));
  CHECK_FALSE(is_same(sync_file("a", 1, 1), sync_file("a", 1, 3), Comparison::time));
  CHECK_FALSE(is_same(sync_file("a", 1, 1), sync_file("a", 2, 1), Comparison::time));
  CHECK(is_same(sync_file("a", 1, 1), sync_file("a", 1, 3), Comparison::size));
  CHECK_FALSE(is_same(sync_file("a", 1, 1), sync_file("a", 2, 1), Comparison::size));
  CHECK_FALSE(is_same({"a", 1, std::nullopt, "", {}}, {"a", 1, std::nullopt, "", {}}, Comparison::time));
}

TEST_CASE("filters say what may be written or removed", "[sync]") {
  const auto filter = without("*.tmp");
  CHECK(plan({Direction::to_bucket, {sync_file("a.tmp"), sync_file("b")}, {sync_file("c.tmp"), sync_file("d")}, filter})
            .actions == Texts{"new b", "extra d"});
  FileFilter small;
  small.max_size = 5;
  // It is at the source, though too large: no reason to remove the one that is not.
  CHECK(plan({Direction::to_bucket, {sync_file("a", 9)}, {sync_file("a", 1)}, small}).actions.empty());
  CHECK(plan({Direction::to_bucket, {sync_file("a", 1)}, {sync_file("a", 9)}, small}).actions == Texts{"change a"});
  CHECK(plan({Direction::to_bucket, {}, {sync_file("a", 9)}, small}).actions.empty());
}

TEST_CASE("below what is not transferred nothing is removed", "[sync]") {
  const Given given{
      Direction::to_bucket,
      {link("l"), sync_file("m")},
      {sync_file("k"), sync_file("l"), sync_file("l.txt"), sync_file("l/a"), sync_file("l/b/c"), sync_file("m")},
      {}};
  CHECK(plan(given).actions == Texts{"extra k", "extra l.txt", "keep m"});
  CHECK(plan(given).source_files == 1);
}

TEST_CASE("what is in the way at the destination is neither removed nor the same", "[sync]") {
  CHECK(plan({Direction::to_directory, {link("a"), link("b")}, {sync_file("a", 0)}, {}}).actions == Texts{"blocked a"});
}

TEST_CASE("a listing that is not sorted ends the sync", "[sync]") {
  CHECK_THROWS_AS(plan({Direction::to_bucket, {sync_file("b"), sync_file("a")}, {}, {}}), Error);
  CHECK_THROWS_AS(plan({Direction::to_bucket, {}, {sync_file("b"), sync_file("a")}, {}}), Error);
  CHECK_THROWS_AS(plan({Direction::to_bucket, {}, {sync_file("a"), sync_file("a")}, {}}), Error);
}

TEST_CASE("the plan of random trees is that of sets", "[sync]") {
  std::minstd_rand random;  // the same ones each time
  const auto names = [&] {
    std::map<std::string, std::int64_t> made;
    for (auto count = random() % 30; count > 0; --count) {
      std::string name;
      for (auto length = 1 + random() % 3; length > 0; --length) name += "a./"[random() % 3];
      made[name] = static_cast<std::int64_t>(random() % 2);
    }
    return made;
  };
  for (int round = 0; round < 500; ++round) {
    const auto left = names();
    const auto right = names();
    Given given;
    std::set<std::string> all;
    for (const auto& [name, size] : left) given.local.push_back(sync_file(name, size)), all.insert(name);
    for (const auto& [name, size] : right) given.stored.push_back(sync_file(name, size)), all.insert(name);
    Texts expected;
    for (const std::string& name : all) {
      const bool here = left.contains(name);
      const bool there = right.contains(name);
      const bool same = here && there && left.at(name) == right.at(name);
      expected.push_back((!here ? "extra " : !there ? "new " : same ? "keep " : "change ") + name);
    }
    REQUIRE(plan(given).actions == expected);
  }
}
