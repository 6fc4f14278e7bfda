#include "util/text/escape.hpp"

#include "support/catch.hpp"
#include "util/text/utf8.hpp"

using gridfs::util::escape;
using gridfs::util::is_utf8;
using gridfs::util::shell_quote;
using namespace std::string_literals;

TEST_CASE("plain text, backslashes and letters of all scripts are shown unchanged", "[util][escape]") {
  for (const auto& text : {""s, "photo.png"s, "C:\\new"s, "\\x1b"s, "a b"s, "Größe €"s, "写真"s, "🎉"s, "שלום"s, "~"s}) {
    CHECK(escape(text) == text);
  }
  CHECK(escape("\u00a0") == "\u00a0");  // the first after C1
}

TEST_CASE("control characters are escaped", "[util][escape]") {
  CHECK(escape("a\tb\nc\rd") == "a\\tb\\nc\\rd");
  CHECK(escape("a\0b"s) == "a\\x00b");
  CHECK(escape("\x1b[31m") == "\\x1b[31m");
  CHECK(escape("\x01\x1f\x7f") == "\\x01\\x1f\\x7f");
  CHECK(escape("\u0080\u009b\u009f") == "\\x80\\x9b\\x9f");
}

TEST_CASE("separators of lines and changes of direction are escaped", "[util][escape]") {
  CHECK(escape("\u2028\u2029") == "\\u{2028}\\u{2029}");
  CHECK(escape("gnp.\u202Eexe") == "gnp.\\u{202e}exe");
  CHECK(escape("\u202A\u2066\u2069\u200E\u200F\u061C") == "\\u{202a}\\u{2066}\\u{2069}\\u{200e}\\u{200f}\\u{061c}");
  CHECK(escape("\u2027\u202F\u2065\u206A") == "\u2027\u202F\u2065\u206A");
}

TEST_CASE("bytes that are not UTF-8 are escaped one by one", "[util][escape]") {
  CHECK(escape("\x80") == "\\x80");
  CHECK(escape("\xff\xfe") == "\\xff\\xfe");
  CHECK(escape("a\xc3") == "a\\xc3");
  CHECK(escape("a\xe2\x82") == "a\\xe2\\x82");
  CHECK(escape("\xf0\x9f\x8e") == "\\xf0\\x9f\\x8e");
  CHECK(escape("\xe2\x82z") == "\\xe2\\x82z");
  CHECK(escape("\xc3\n") == "\\xc3\\n");
  CHECK(escape("\xc0\x80") == "\\xc0\\x80");           // overlong NUL
  CHECK(escape("\xe0\x80\x9b") == "\\xe0\\x80\\x9b");  // overlong U+001B
  CHECK(escape("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  CHECK(escape("\xc3\xa4\xc3\xc3\xa4") == "ä\\xc3ä");
}

TEST_CASE("UTF-8 is distinguished from other bytes", "[util][escape]") {
  for (const auto& text : {""s, "abc"s, "\0"s, "\x7f"s, "\u0080"s, "\u07ff"s, "\u0800"s, "\ud7ff"s, "\ue000"s,
                           "\uffff"s, "\U00010000"s, "\U0010ffff"s}) {
    INFO(escape(text));
    CHECK(is_utf8(text));
  }
  for (const auto& text :
       {"\x80"s, "\xbf"s, "\xc0\xaf"s, "\xc1\xbf"s, "\xc2"s, "\xc2\x41"s, "\xc2\xc0"s, "\xe0\x9f\xbf"s, "\xe2\x82"s,
        "\xed\xa0\x80"s, "\xed\xbf\xbf"s, "\xf0\x8f\xbf\xbf"s, "\xf0\x9f\x8e"s, "\xf4\x90\x80\x80"s,
        "\xf5\x80\x80\x80"s, "\xf8\x88\x80\x80\x80"s, "\xfe"s, "\xff"s, "ab\xffz"s}) {
    INFO(escape(text));
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("what a shell would read otherwise is quoted", "[util][escape]") {
  CHECK(shell_quote("66f0a1b2c3d4e5f601234567") == "66f0a1b2c3d4e5f601234567");
  CHECK(shell_quote("a/b_c-d.e:f@g%h+i,j=k") == "a/b_c-d.e:f@g%h+i,j=k");
  CHECK(shell_quote("") == "''");
  CHECK(shell_quote("two words") == "'two words'");
  CHECK(shell_quote("it's $HOME") == "'it'\\''s $HOME'");
}
