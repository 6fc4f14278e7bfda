/// Patterns for names, as a shell has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gridfs::util {

/// A pattern for a whole name: `*` stands for any characters, `/` too, `?` for one, `[a-z]` and `[!a-z]` for one of a
/// set, and a backslash makes the character behind it an ordinary one. A byte that is not UTF-8 is a character of its
/// own.
class Glob {
 public:
  /// @throws std::invalid_argument  a range whose ends are the wrong way round, or a class such as [:alpha:]
  explicit Glob(std::string_view text);

  [[nodiscard]] bool matches(std::string_view name) const;

  /// Whether it is known to match every name that begins so: it matches that, and ends in `*`.
  [[nodiscard]] bool matches_all_from(std::string_view beginning) const;

  /// A regular expression for the same names. It means the same to PCRE, which MongoDB has, and to RE2, which FerretDB
  /// has.
  [[nodiscard]] std::string regex() const;

 private:
  struct Range {
    char32_t first;
    char32_t last;
  };
  // Any number of characters, or one that is in one of the ranges (or in none, if negated).
  struct Part {
    bool any_number = false;
    bool negated = false;
    std::vector<Range> ranges;

    [[nodiscard]] bool accepts(char32_t character) const noexcept;
  };

  static Part set_of(std::u32string_view members);

  std::vector<Part> parts_;
};

/// Whether a text holds any of `*?[`.
bool is_glob(std::string_view text) noexcept;

/// A regular expression, as of Glob::regex(), for the names that begin with a text.
std::string prefix_regex(std::string_view prefix);

}  // namespace gridfs::util
