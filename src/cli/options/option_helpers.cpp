#include "cli/options/option_helpers.hpp"

#include <charconv>

#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

template <typename Target>
CLI::Option* add_last_flag(CLI::App& app, const std::string& names, Target& target, const std::string& description) {
  const auto set = [&target](std::int64_t count) { target = count > 0; };
  return app.add_flag_function(names, set, description)->take_last()->disable_flag_override();
}

}  // namespace

CLI::Option* add_flag(CLI::App& app, const std::string& names, bool& target, const std::string& description) {
  return add_last_flag(app, names, target, description);
}

CLI::Option* add_flag(CLI::App& app, const std::string& names, std::optional<bool>& target,
                      const std::string& description) {
  return add_last_flag(app, names, target, description);
}

CLI::Option* add_flag(CLI::App& app, const std::string& names, int& target, const std::string& description) {
  const auto set = [&target](std::int64_t count) { target = static_cast<int>(count); };
  return app.add_flag_function(names, set, description)->disable_flag_override();
}

CLI::Option* add_texts(CLI::App& app, const std::string& names, std::vector<std::string>& target,
                       const std::string& description) {
  // An option that takes any number splits `[a,b]` into `a` and `b`; one that takes a large number does not.
  constexpr int most = 10'000'000;
  return app.add_option(names, target, description)->expected(1, most)->allow_extra_args(false);
}

CLI::Option* add_operands(CLI::App& app, const std::string& name, std::vector<std::string>& target,
                          const std::string& description) {
  // One that wants no less than all there can be takes all there are.
  constexpr int all = CLI::detail::expected_max_vector_size;
  return app.add_option(name, target, description)->expected(all, all)->take_all()->allow_extra_args(false);
}

CLI::Option* add_count(CLI::App& app, const std::string& names, std::int64_t& target, std::int64_t least,
                       const std::string& description) {
  const auto parse = [least](const std::string& text) {
    const std::int64_t number = parse_whole_number(text);
    if (number < least) throw UsageError("it must be at least " + std::to_string(least) + ", not " + text);
    return number;
  };
  return add_parsed(app, names, target, parse, description)->type_name("N");
}

std::int64_t parse_size_option(const std::string& text) { return util::parse_size(text); }

std::int64_t parse_whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError("'" + text + "' is not a whole number");
  return number;
}

}  // namespace gridfs::cli
