#include "util/text/glob.hpp"

#include <stdexcept>
#include <string>

#include "support/catch.hpp"

using gridfs::util::Glob;

TEST_CASE("a glob is for the whole name, and for characters", "[util][glob]") {
  struct Case {
    const char* glob;
    const char* name;
    bool matches;
  };
  const auto one = GENERATE(
      Case{"", "", true}, Case{"", "a", false}, Case{"*", "", true}, Case{"*", "a/b\nc", true}, Case{"a", "a", true},
      Case{"a*", "a", true}, Case{"a*b*c", "aXbYbZc", true}, Case{"a*b*c", "aXbYbZ", false},
      Case{"*.jpg", "d/a.jpg", true}, Case{"*.jpg", "a.jpg.bak", false}, Case{"?", "", false}, Case{"?", "ab", false},
      Case{"a?c", "abc", true}, Case{"?", "ä", true}, Case{"?", "\U0001F600", true}, Case{"??", "ä", false},
      Case{"?", "\xff", true}, Case{"[ä-ü]", "ö", true}, Case{"[!ä]", "ö", true}, Case{"[!ä]", "ä", false},
      Case{"[a-c]", "b", true}, Case{"[a-c]", "d", false}, Case{"[^a-c]", "d", true}, Case{"[]a]", "]", true},
      Case{"[!]]", "]", false}, Case{"[a-]", "-", true}, Case{"[-a]", "-", true}, Case{R"([\]])", "]", true},
      Case{"[a", "[a", true}, Case{"[", "[", true}, Case{"[]", "[]", true}, Case{R"(\*)", "*", true},
      Case{R"(\*)", "a", false}, Case{R"(a\)", R"(a\)", true}, Case{R"(\a)", "a", true}, Case{"[0-9]", "7", true});
  CAPTURE(one.glob, one.name);
  CHECK(Glob(one.glob).matches(one.name) == one.matches);
}

TEST_CASE("a glob that makes no sense", "[util][glob]") {
  CHECK_THROWS_WITH(Glob("x[8-0]"), "a range of characters ends before it begins");
  CHECK_THROWS_AS(Glob("[[:alpha:]]"), std::invalid_argument);
}

TEST_CASE("many stars take no time", "[util][glob]") {
  std::string glob;
  for (int i = 0; i < 30; ++i) glob += "*a";
  CHECK_FALSE(Glob(glob + "b").matches(std::string(300, 'a')));
}

TEST_CASE("a glob as a regular expression", "[util][glob]") {
  CHECK(Glob("a.*").regex() == R"(^a\.[\s\S]*\z)");
  CHECK(Glob("?[!a-z\\]]ä").regex() == R"(^[\s\S][^a-z\]]ä\z)");
}

TEST_CASE("a glob that matches everything below a directory", "[util][glob]") {
  struct Case {
    const char* glob;
    const char* directory;
    bool all;
  };
  const auto one = GENERATE(Case{"d/*", "d/", true}, Case{"d*", "d/e/", true}, Case{"*", "d/", true},
                            Case{"d/**", "d/", true}, Case{"*/e/*", "d/e/", true}, Case{"d/*.tmp", "d/", false},
                            Case{"d/?*", "d/", false}, Case{"d/e*", "d/", false}, Case{"d", "d/", false},
                            Case{R"(d/\*)", "d/", false}, Case{"d/[*]", "d/", false}, Case{"", "d/", false});
  CAPTURE(one.glob, one.directory);
  CHECK(Glob(one.glob).matches_all_from(one.directory) == one.all);
}
