#include "support/catch.hpp"
#include "util/fs/target.hpp"

using gridfs::util::name_components;
using gridfs::util::unsafe_name_reason;
using namespace std::string_literals;

TEST_CASE("ordinary names are safe as local paths", "[util][stored_name]") {
  for (const auto& name : {"a"s, "photo.png"s, ".hidden"s, "..."s, "..a"s, "a.."s, "a/b/c"s, "a/.b/..c"s, "with space"s,
                           "-f"s, "~"s, "$HOME"s, "C:\\x"s, "Größe"s, "\u00a0"s, "a\xc2"s, std::string(255, 'x'),
                           std::string(255, 'x') + "/" + std::string(255, 'y')}) {
    INFO(name);
    CHECK(unsafe_name_reason(name) == std::nullopt);
  }
}

TEST_CASE("a name that leads elsewhere, or to nothing, is not safe", "[util][stored_name]") {
  CHECK(unsafe_name_reason("") == "it is empty");
  CHECK(unsafe_name_reason("/") == "it is absolute");
  CHECK(unsafe_name_reason("/etc/passwd") == "it is absolute");
  CHECK(unsafe_name_reason("//a") == "it is absolute");
  CHECK(unsafe_name_reason("a/") == "it ends in '/'");
  CHECK(unsafe_name_reason("a//b") == "it has an empty component");
  CHECK(unsafe_name_reason(".") == "it has a component '.'");
  CHECK(unsafe_name_reason("a/./b") == "it has a component '.'");
  CHECK(unsafe_name_reason("..") == "it has a component '..'");
  CHECK(unsafe_name_reason("../a") == "it has a component '..'");
  CHECK(unsafe_name_reason("a/../../b") == "it has a component '..'");
  CHECK(unsafe_name_reason("a/..") == "it has a component '..'");
  CHECK(unsafe_name_reason(std::string(256, 'x')) == "it has a component longer than 255 bytes");
  CHECK(unsafe_name_reason("a/" + std::string(256, 'x') + "/b") == "it has a component longer than 255 bytes");
}

TEST_CASE("a name with NUL or control characters is not safe", "[util][stored_name]") {
  CHECK(unsafe_name_reason("\0"s) == "it holds NUL");
  CHECK(unsafe_name_reason("a\0b"s) == "it holds NUL");
  for (const auto& name : {"\n"s, "a\tb"s, "\x1b[2J"s, "a\x7f"s, "a\x01"s, "\u0080"s, "a\u009bm"s, "\u009f"s}) {
    CHECK(unsafe_name_reason(name) == "it holds control characters");
  }
}

TEST_CASE("the components of a name are separated by slashes", "[util][stored_name]") {
  using Components = std::vector<std::string>;
  CHECK(name_components("a") == Components{"a"});
  CHECK(name_components("a/b.c/d") == Components{"a", "b.c", "d"});
  CHECK(name_components("a//b") == Components{"a", "", "b"});
}
