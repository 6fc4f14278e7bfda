#include "cli/output/progress_line.hpp"

#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "util/text/display_width.hpp"

using gridfs::cli::progress_line;
using gridfs::cli::ProgressState;

namespace {

constexpr std::size_t any_width = std::numeric_limits<std::size_t>::max();
constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t gib = mib << 10;

const ProgressState photo{"photo.tar", 1273741824, 4 * gib, 48 * mib, 1, 1};
const ProgressState tree{"backup/2026/11/27/photo.tar", 1273741824, 4 * gib, 48 * mib, 12, 310};

}  // namespace

TEST_CASE("what is known of a transfer is on the line", "[progress]") {
  struct Row {
    ProgressState state;
    const char* line;
  };
  const std::vector<Row> rows{
      {photo, "photo.tar  1.2G/4.0G  29%  48 MiB/s  1:00 left"},
      {tree, "backup/2026/11/27/photo.tar  1.2G/4.0G  29%  48 MiB/s  1:00 left  file 12/310"},
      {{"x", 0, 100, {}, 1, 1}, "x  0/100  0%"},
      {{"x", 0, 0, {}, 1, 1}, "x  0/0  100%"},
      {{"x", 100, 100, 0, 1, 1}, "x  100/100  100%  0 bytes/s"},  // a stall: nobody knows how long
      {{"x", 999, 1000, 100, 1, 1}, "x  999/1000  99%  100 bytes/s  0:00 left"},
      {{"x", 0, 7200 * mib, mib, 1, 1}, "x  0/7.1G  0%  1.0 MiB/s  2:00:00 left"},
      {{"x", 0, 7199 * mib, mib, 1, 1}, "x  0/7.1G  0%  1.0 MiB/s  1:59:59 left"},
      {{"x", 0, 363600 * mib, mib, 1, 1}, "x  0/356G  0%  1.0 MiB/s  101:00:00 left"},
      {{"x", 5 * mib, {}, 2 * mib, 1, 1}, "x  5.0M  2.0 MiB/s"},  // standard input
      {{"d/x", 5 * mib, {}, 2 * mib, 12, {}}, "d/x  5.0M  2.0 MiB/s  file 12"},
      {{"d/x", 0, {}, {}, 12, {}}, "d/x  file 12"},
      {{"d/x", 0, {}, {}, 12, 310}, "d/x  file 12/310"},
  };
  for (const Row& row : rows) CHECK(progress_line(row.state, any_width) == row.line);
}

TEST_CASE("a narrow terminal shortens the name, and then leaves out what matters least", "[progress]") {
  struct Row {
    std::size_t width;
    const char* line;
  };
  const std::vector<Row> rows{
      {200, "backup/2026/11/27/photo.tar  1.2G/4.0G  29%  48 MiB/s  1:00 left  file 12/310"},
      {79, "backup/2026/11/27/photo.tar  1.2G/4.0G  29%  48 MiB/s  1:00 left  file 12/310"},
      {76, "backup/2026/1…27/photo.tar  1.2G/4.0G  29%  48 MiB/s  1:00 left  file 12/310"},
      {60, "backu….tar  1.2G/4.0G  29%  48 MiB/s  1:00 left  file 12/310"},
      {57, "backup/202…photo.tar  1.2G/4.0G  29%  48 MiB/s  1:00 left"},
      {40, "backup…to.tar  1.2G/4.0G  29%  1:00 left"},
      {30, "backup/…to.tar  1.2G/4.0G  29%"},
      {20, "backup/…oto.tar  29%"},
      {10, "backu….tar"},
      {3, "b…r"},
      {1, "…"},
      {0, ""},
  };
  for (const Row& row : rows) {
    INFO(row.width);
    CHECK(progress_line(tree, row.width) == row.line);
  }
}

TEST_CASE("the line is never wider than the terminal", "[progress]") {
  ProgressState wide = tree;
  wide.name = "漢字/e\u0301\xFF漢字漢字.tar";
  for (const ProgressState& state : {photo, tree, wide}) {
    for (std::size_t width = 0; width <= 120; ++width) {
      INFO(width);
      CHECK(gridfs::util::display_width(progress_line(state, width)) <= width);
    }
  }
}
