#include "util/text/display_width.hpp"

#include "support/catch.hpp"

using gridfs::util::display_width;
using gridfs::util::shorten_to_width;

TEST_CASE("the width of text is that of its characters on a terminal", "[util][display_width]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("photo.tar") == 9);
  CHECK(display_width("Grüße…") == 6);
  CHECK(display_width("漢字カナ한") == 10);
  CHECK(display_width("ｶﾅ") == 2);       // halfwidth forms
  CHECK(display_width("e\u0301") == 1);  // a combining mark
  CHECK(display_width("\u0e01\u0e34\u0e48") == 1);
  CHECK(display_width("😀") == 2);
  CHECK(display_width("a\xFF\xC3z") == 4);  // not UTF-8
  CHECK(display_width("\u0378") == 1);      // not assigned
}

TEST_CASE("text that is too wide loses its middle", "[util][display_width]") {
  const std::string name = "photo.tar";
  CHECK(shorten_to_width(name, 200) == name);
  CHECK(shorten_to_width(name, 9) == name);
  CHECK(shorten_to_width(name, 8) == "phot…tar");
  CHECK(shorten_to_width(name, 3) == "p…r");
  CHECK(shorten_to_width(name, 2) == "p…");
  CHECK(shorten_to_width(name, 1) == "…");
  CHECK(shorten_to_width(name, 0).empty());
  CHECK(shorten_to_width("", 0).empty());
}

TEST_CASE("shortened text is never wider than it may be, and its characters stay whole", "[util][display_width]") {
  CHECK(shorten_to_width("漢字漢字", 8) == "漢字漢字");
  CHECK(shorten_to_width("漢字漢字", 7) == "漢…字");
  CHECK(shorten_to_width("漢字漢字", 5) == "漢…字");
  CHECK(shorten_to_width("漢字漢字", 4) == "漢…");
  CHECK(shorten_to_width("漢字漢字", 2) == "…");
  const std::string marks = "e\u0301e\u0301e\u0301e\u0301";
  CHECK(shorten_to_width(marks, 3) == "e\u0301…e\u0301");
  CHECK(shorten_to_width("a\xFF\xFE\xFDz", 3) == "a…z");
  const std::string mixed = "a漢e\u0301\xFF字b漢";
  for (std::size_t width = 0; width <= display_width(mixed); ++width) {
    INFO(width);
    CHECK(display_width(shorten_to_width(mixed, width)) <= width);
  }
}
