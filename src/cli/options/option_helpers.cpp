#include "cli/options/option_helpers.hpp"

#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

// What CLI11 takes for its type name, and the names without it.
std::pair<std::string, std::string> split(const std::string& names) {
  const auto space = names.find(' ');
  return {names.substr(0, space), space == std::string::npos ? "" : names.substr(space + 1)};
}

}  // namespace

CLI::Option* add_function(CLI::App& app, const std::string& names, std::function<void(const std::string&)> take,
                          const std::string& description) {
  const auto [flags, value] = split(names);
  const std::string long_name = flags.substr(flags.find("--"));
  const auto take_or_throw = [take = std::move(take), long_name](const std::string& text) {
    try {
      take(text);
    } catch (const std::exception& error) {
      throw OptionError(long_name.substr(0, long_name.find(',')), error.what());
    }
  };
  return app.add_option_function<std::string>(flags, take_or_throw, description)->type_name(value);
}

void add_texts(CLI::App& app, const std::string& names, std::vector<std::string>& target,
               const std::string& description) {
  // An option that takes any number splits `[a,b]` into `a` and `b`; one that takes a large number does not.
  constexpr int most = 10'000'000;
  const auto [flags, value] = split(names);
  app.add_option(flags, target, description)->expected(1, most)->allow_extra_args(false)->type_name(value);
}

void add_operands(CLI::App& app, const std::string& name, std::vector<std::string>& target,
                  const std::string& description) {
  // One that wants no less than all there can be takes all there are.
  constexpr int all = CLI::detail::expected_max_vector_size;
  app.add_option(name, target, description)->expected(all, all)->take_all()->allow_extra_args(false)->type_name("");
}

void check_count(const std::vector<std::string>& operands, std::size_t wanted, const std::string& what) {
  if (operands.size() > wanted) throw UsageError("too many operands: " + what);
  if (operands.size() < wanted) throw UsageError(what);
}

std::int64_t parse_whole_number(const std::string& text, std::int64_t least, std::int64_t most) {
  const auto number = util::parse_number<std::int64_t>(text);
  if (!number) throw UsageError("'" + text + "' is not a whole number");
  if (*number >= least && *number <= most) return *number;
  const bool is_open = most == std::numeric_limits<std::int64_t>::max();
  throw UsageError("it must be " + (is_open ? "at least " + std::to_string(least) + ", not " + text
                                            : std::to_string(least) + " to " + std::to_string(most)));
}

std::int64_t parse_size_option(const std::string& text) { return util::parse_size(text); }

}  // namespace gridfs::cli
