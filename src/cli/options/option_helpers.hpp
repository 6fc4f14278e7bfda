/// Adding options: flags that change nothing until they are given, and values that are parsed by functions of our own.
/// The names of an option that takes a value end in the word that stands for it in the help: `-o,--output PATH`.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/options/usage_error.hpp"

namespace gridfs::cli {

/// A flag that takes no value and leaves its target alone unless it is given; of several, the last one counts. A target
/// that is an `int` becomes the number of times that it is given. CLI11's own function of this name sets a target that
/// is no `bool` when it is called.
/// @param names  one with `!` before it means false: `--tls,!--no-tls`
template <typename Target>
void add_flag(CLI::App& app, const std::string& names, Target& target, const std::string& description) {
  constexpr bool counts = std::same_as<Target, int>;
  const auto set = [&target](std::int64_t count) {
    if constexpr (counts) {
      target = static_cast<int>(std::max<std::int64_t>(count, 0));
    } else {
      target = count > 0;
    }
  };
  auto* flag = app.add_flag_function(names, set, description)->disable_flag_override();
  if (!counts) flag->take_last();
}

/// An option whose value is given to a function. Whatever that throws becomes an OptionError.
CLI::Option* add_function(CLI::App& app, const std::string& names, std::function<void(const std::string&)> take,
                          const std::string& description);

/// An option whose target becomes `parse(text)`.
template <typename Target, typename Parse>
void add_parsed(CLI::App& app, const std::string& names, Target& target, Parse parse, const std::string& description) {
  add_function(
      app, names, [&target, parse](const std::string& text) { target = parse(text); }, description);
}

/// An option whose target becomes the text.
template <typename Target>
void add_text(CLI::App& app, const std::string& names, Target& target, const std::string& description) {
  add_function(
      app, names, [&target](const std::string& text) { target = text; }, description);
}

/// An option that takes one text or more. None of them is split, whatever it looks like.
void add_texts(CLI::App& app, const std::string& names, std::vector<std::string>& target,
               const std::string& description);

/// The operands of a command, none or more. None of them is split, whatever it looks like.
void add_operands(CLI::App& app, const std::string& name, std::vector<std::string>& target,
                  const std::string& description);

/// For a command that takes a certain number of operands.
/// @param what  `SRC and DST are required`
/// @throws UsageError  there are more, or fewer
void check_count(const std::vector<std::string>& operands, std::size_t wanted, const std::string& what);

/// A whole number from `least` to `most`.
std::int64_t parse_whole_number(const std::string& text, std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                                std::int64_t most = std::numeric_limits<std::int64_t>::max());

/// A size in bytes, such as `255K`.
std::int64_t parse_size_option(const std::string& text);

/// One of several words.
template <typename Target>
Target parse_choice(const std::string& text, const std::vector<std::pair<std::string_view, Target>>& choices) {
  std::string words;
  for (const auto& [word, value] : choices) {
    if (text == word) return value;
    words.append(words.empty() ? "" : ", ").append(word);
  }
  throw UsageError("'" + text + "' is none of " + words);
}

}  // namespace gridfs::cli
