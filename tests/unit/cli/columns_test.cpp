#include "cli/output/columns.hpp"

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "util/text/display_width.hpp"

using gridfs::cli::Field;
using gridfs::cli::line_of;
using gridfs::util::display_width;

namespace {

std::vector<Field> row(const std::string& id, const std::string& name) {
  return {{id, 8}, {"1234", 6, true}, {"2024-05-01", 10}, {name}};
}

}  // namespace

TEST_CASE("fields for programs have tabs between them") {
  CHECK(line_of(row("id", "a name"), std::nullopt) == "id\t1234\t2024-05-01\ta name");
}

TEST_CASE("fields for people are in columns") {
  CHECK(line_of(row("id", "a name"), 80) == "id          1234  2024-05-01  a name");
  CHECK(line_of(row("日本", "a name"), 80) == "日本        1234  2024-05-01  a name");
  CHECK(line_of(row("e\u0301", "a name"), 80) == "e\u0301           1234  2024-05-01  a name");
  CHECK(line_of(row("a longer id", "a name"), 80) == "a longer id    1234  2024-05-01  a name");
}

TEST_CASE("the last field is shortened") {
  const std::string name = std::string(60, 'a') + ".jpeg";
  CHECK(line_of(row("id", name), 200) == "id          1234  2024-05-01  " + name);
  CHECK(line_of(row("id", name), 43) == "id          1234  2024-05-01  aaaaaa…a.jpeg");
  const std::string wide = line_of(row("id", std::string("日本日本日本日本日本日本日本日本.jpeg")), 45);
  CHECK(display_width(wide) >= 44);
  CHECK(display_width(wide) <= 45);
}

TEST_CASE("where room is short, fields are left out") {
  const std::string name(30, 'n');
  CHECK(line_of(row("id", name), 41) == "id          1234  nnnnnnnnnnn…nnnnnnnnnnn");
  CHECK(line_of(row("id", name), 29) == "id        nnnnnnnnn…nnnnnnnnn");
  CHECK(display_width(line_of(row("an id that is wider than the terminal", name), 20)) == 20);
}
