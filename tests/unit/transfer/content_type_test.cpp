#include "transfer/put/content_type.hpp"

#include <sstream>

#include "support/catch.hpp"

using gridfs::transfer::ContentTypes;

TEST_CASE("Content types: by the extension, in any case, of the last component") {
  std::istringstream table("# a comment\napplication/x-a  a aa # another\ntext/x-b\tb\n\ntext/x-c a c\n");
  const ContentTypes types(table);
  CHECK(types.of("x.a") == "application/x-a");
  CHECK(types.of("d/x.AA") == "application/x-a");
  CHECK(types.of("x.a.b") == "text/x-b");
  CHECK(types.of("x.c") == "text/x-c");
  CHECK(types.of("x") == "application/octet-stream");
  CHECK(types.of("d.a/x") == "application/octet-stream");
  CHECK(types.of("x.unknown") == "application/octet-stream");
}

TEST_CASE("Content types: common ones are known without a table, which may say otherwise") {
  std::istringstream empty;
  CHECK(ContentTypes(empty).of("report.pdf") == "application/pdf");
  std::istringstream table("application/x-own pdf\n");
  CHECK(ContentTypes(table).of("report.pdf") == "application/x-own");
}
