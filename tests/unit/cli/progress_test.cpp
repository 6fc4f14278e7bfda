#include "cli/output/progress.hpp"

#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace gridfs::cli;
using namespace std::chrono_literals;

namespace {

struct ProgressFixture {
  static constexpr std::int64_t mib = 1 << 20;

  gridfs::Progress moved;
  ProgressDisplay display{ProgressStyle::none, "", [this] { return moved; }};
  ProgressDisplay::Clock::time_point start = ProgressDisplay::Clock::now();

  ProgressState state(ProgressDisplay::Clock::duration after = 0s) { return display.state(start + after).value(); }
};

}  // namespace

TEST_CASE_METHOD(ProgressFixture, "before a file has started there is nothing to show", "[progress]") {
  CHECK_FALSE(display.state(start));
  CHECK_FALSE(display.due());
}

TEST_CASE_METHOD(ProgressFixture, "of a file with a size its own bytes count, and else those of all", "[progress]") {
  display.started("a", 3 * mib);
  moved.stored = mib;
  CHECK(state().bytes == mib);
  CHECK(state().size == 3 * mib);
  moved.stored = 3 * mib;
  display.finished();
  display.started("b", 5 * mib);
  CHECK(state().bytes == 0);
  moved.stored = 4 * mib;
  CHECK(state().bytes == mib);
  display.started("c", std::nullopt);
  CHECK(state().bytes == 4 * mib);
  CHECK_FALSE(state().size);
}

TEST_CASE_METHOD(ProgressFixture, "a file is never more than complete, and a byte that is read again counts once",
                 "[progress]") {
  display.started("a", mib);
  moved = {mib, mib / 2};
  CHECK(state().bytes == mib);
  moved = {2 * mib, 2 * mib};
  CHECK(state().bytes == mib);
}

TEST_CASE_METHOD(ProgressFixture, "the number of a file counts those that never started", "[progress]") {
  display.expect(4);
  display.finished();  // has failed
  display.started("b", 1);
  CHECK(state().file == 2);
  CHECK(state().files == 4);
  display.started("b", 1);  // another attempt
  CHECK(state().file == 2);
  display.finished();
  display.started("b", 1);  // another one of that name
  CHECK(state().file == 3);
  display.started("c", 1);
  display.started("d", 1);
  CHECK(state().file == 4);
}

TEST_CASE_METHOD(ProgressFixture, "the rate is that of the last seconds", "[progress]") {
  display.started("a", 1000 * mib);
  CHECK_FALSE(state().per_second);
  for (int second = 1; second <= 60; ++second) {
    moved.stored += mib;
    const auto rate = state(second * 1s).per_second.value();
    CHECK(rate >= mib);
    CHECK((second < 20 || rate == mib));
  }
  std::int64_t before = mib;
  for (int second = 61; second <= 75; ++second) {  // a stall
    const auto now = state(second * 1s).per_second.value();
    CHECK(now < before);
    before = now;
  }
  CHECK(before == 0);
}

TEST_CASE_METHOD(ProgressFixture, "control characters and passwords are not shown", "[progress]") {
  display.started("a\x1b[31m\n", std::nullopt);
  CHECK(state().name == "a\\x1b[31m\\n");
  display.started("mongodb://u:secret@h/", std::nullopt);
  CHECK(state().name == "mongodb://u:***@h/");
}

TEST_CASE("a terminal shows it after a second and then often, anything else every 30 seconds", "[progress]") {
  const auto moved = [] { return gridfs::Progress(); };
  const auto start = ProgressDisplay::Clock::now();
  ProgressDisplay lines(ProgressStyle::lines, "", moved);
  ProgressDisplay terminal(ProgressStyle::terminal, "", moved);
  CHECK(lines.due().value() - start >= 30s);
  CHECK(lines.due().value() - start < 40s);
  CHECK(terminal.due().value() - start >= 1s);
  CHECK(terminal.due().value() - start < 11s);
  for (ProgressDisplay* display : {&lines, &terminal}) {
    display->show(start);  // too early
    const auto due = display->due().value();
    display->show(due);  // nothing has started
    CHECK(display->due() == due + 1s);
  }
}

TEST_CASE("several threads count", "[progress]") {
  ProgressDisplay display(ProgressStyle::none, "", [] { return gridfs::Progress(); });
  constexpr int threads = 4;
  constexpr int files = 100;
  {
    std::vector<std::jthread> workers;
    for (int thread = 0; thread < threads; ++thread) {
      workers.emplace_back([&, thread] {
        for (int i = 0; i < files; ++i) display.started(std::to_string(thread * files + i), std::nullopt);
      });
    }
  }
  CHECK(display.state(ProgressDisplay::Clock::now()).value().file == threads * files);
}
