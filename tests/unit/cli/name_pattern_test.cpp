#include <regex>
#include <string>

#include "cli/options/file_options.hpp"
#include "cli/options/usage_error.hpp"
#include "support/catch.hpp"

using gridfs::cli::name_filter;

namespace {

std::string regex_of(const std::string& text) {
  return name_filter(text).find("filename")->as_document()->find("$regex")->as_string().value();
}

// ECMAScript knows no `\z`, but its `$` means the same.
bool matches(const std::string& text, const std::string& name) {
  std::string regex = regex_of(text);
  if (regex.ends_with("\\z")) regex.replace(regex.size() - 2, 2, "$");
  return std::regex_search(name, std::regex(regex));
}

}  // namespace

TEST_CASE("a text without wildcards is a prefix") {
  CHECK(matches("photos/", "photos/a.jpg"));
  CHECK_FALSE(matches("photos/", "my photos/a.jpg"));
  CHECK(matches("a.b", "a.bc"));
  CHECK_FALSE(matches("a.b", "axbc"));
  CHECK(name_filter("").empty());
}

TEST_CASE("a glob is for the whole name") {
  CHECK(matches("*.jpg", "photos/a.jpg"));
  CHECK_FALSE(matches("*.jpg", "a.jpg.bak"));
  CHECK(matches("a?c", "abc"));
  CHECK_FALSE(matches("a?c", "ac"));
  CHECK(matches("*", "two\nlines"));
  CHECK(matches("a[0-9].txt", "a7.txt"));
  CHECK_FALSE(matches("a[!0-9].txt", "a7.txt"));
  CHECK(matches("a[]].txt", "a].txt"));
  CHECK(matches(R"(a\*b*)", "a*bc"));
  CHECK_FALSE(matches(R"(a\*b*)", "axbc"));
  CHECK(matches("a[b*", "a[bc"));
}

TEST_CASE("what is special to a regular expression is not special in a name") {
  for (const char* name : {"a.b", "a+b", "a(b)", "a|b", "^a$", "a{2}", "a\\b", "a b#c", "a-b&&c~d"}) {
    CAPTURE(name);
    CHECK(matches(name, name));
    CHECK(matches(std::string(name) + "*", std::string(name) + "x") ==
          (std::string(name).find('\\') == std::string::npos));
  }
}

TEST_CASE("a pattern that no name can match is refused") {
  CHECK_THROWS_AS(name_filter("\xff*"), gridfs::cli::UsageError);
}
