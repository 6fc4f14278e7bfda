/// Adding options: flags that change nothing until they are given, and texts that are parsed by functions of our own.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/options/usage_error.hpp"

namespace gridfs::cli {

/// A flag that takes no value and leaves its target alone unless it is given; of several, the last one counts. CLI11's
/// own function of this name sets a target that is no `bool` when it is called.
/// @param names  one with `!` before it means false: `--tls,!--no-tls`
CLI::Option* add_flag(CLI::App& app, const std::string& names, bool& target, const std::string& description);
CLI::Option* add_flag(CLI::App& app, const std::string& names, std::optional<bool>& target,
                      const std::string& description);

/// A flag whose target becomes the number of times that it is given.
CLI::Option* add_flag(CLI::App& app, const std::string& names, int& target, const std::string& description);

/// An option whose value is `parse(text)`. Whatever parse throws becomes a UsageError that names the option.
template <typename Target, typename Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& names, Target& target, Parse parse,
                        const std::string& description) {
  const std::string long_name = names.substr(names.find("--"));
  return app
      .add_option_function<std::string>(
          names,
          [&target, parse = std::move(parse), long_name](const std::string& text) {
            try {
              target = parse(text);
            } catch (const std::exception& error) {
              throw UsageError(long_name.substr(0, long_name.find(',')) + ": " + error.what());
            }
          },
          description)
      ->type_name("");
}

/// An option that takes one text or more. None of them is split, whatever it looks like.
CLI::Option* add_texts(CLI::App& app, const std::string& names, std::vector<std::string>& target,
                       const std::string& description);

/// The operands of a command, none or more. None of them is split, whatever it looks like.
CLI::Option* add_operands(CLI::App& app, const std::string& name, std::vector<std::string>& target,
                          const std::string& description);

/// A whole number from `least` on.
CLI::Option* add_count(CLI::App& app, const std::string& names, std::int64_t& target, std::int64_t least,
                       const std::string& description);

/// A size in bytes, such as `255K`.
std::int64_t parse_size_option(const std::string& text);

/// A whole number.
std::int64_t parse_whole_number(const std::string& text);

}  // namespace gridfs::cli
