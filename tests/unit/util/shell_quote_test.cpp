#include "util/text/shell_quote.hpp"

#include "support/catch.hpp"

using gridfs::util::shell_quote;

TEST_CASE("what a shell would read otherwise is quoted", "[util][shell_quote]") {
  CHECK(shell_quote("66f0a1b2c3d4e5f601234567") == "66f0a1b2c3d4e5f601234567");
  CHECK(shell_quote("a/b_c-d.e:f@g%h+i,j=k") == "a/b_c-d.e:f@g%h+i,j=k");
  CHECK(shell_quote("") == "''");
  CHECK(shell_quote("two words") == "'two words'");
  CHECK(shell_quote("it's $HOME") == "'it'\\''s $HOME'");
}
