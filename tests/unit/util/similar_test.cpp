#include "util/text/similar.hpp"

#include <array>

#include "support/catch.hpp"

using gridfs::util::most_similar;

TEST_CASE("a mistyped word is found among others", "[util][similar]") {
  static const std::array<std::string, 6> words{"put", "get", "stat", "replace", "name-prefix", "name"};
  struct Row {
    const char* word;
    const char* meant;
  };
  const auto [word, meant] =
      GENERATE(Row{"putt", "put"}, Row{"pt", "put"}, Row{"ptu", "put"}, Row{"pot", "put"}, Row{"sta", "stat"},
               Row{"replce", "replace"}, Row{"erplaec", "replace"}, Row{"nam", "name-prefix"}, Row{"nmae", "name"},
               Row{"name-p", "name-prefix"}, Row{"pur", "put"}, Row{"pux", "put"}, Row{"xyz", ""}, Row{"p", ""},
               Row{"", ""}, Row{"puuut", ""}, Row{"erplac", "replace"}, Row{"xxplace", "replace"}, Row{"xxxlace", ""});
  CHECK(most_similar(word, words) == meant);
}

TEST_CASE("a very long word is like no other", "[util][similar]") {
  const std::array<std::string, 1> words{"put"};
  CHECK(most_similar(std::string(1'000'000, 'p'), words).empty());
}
