#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/report.hpp"
#include "transfer/usage.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

struct DuOptions : transfer::UsageSettings {
  std::vector<std::string> prefixes;
  bool human_readable = false;
};

std::size_t parse_depth(const std::string& text) { return static_cast<std::size_t>(parse_whole_number(text, 0)); }

void add_du_options(CLI::App& command, DuOptions& options) {
  add_parsed(command, "--depth N", options.depth, parse_depth,
             "Levels of directories to print; 0: the total alone [1]");
  add_flag(command, "-H,--human-readable", options.human_readable, "Print sizes such as 1.5M");
  add_flag(command, "--all-revisions", options.all_revisions, "Count all revisions, not only the newest of each name");
}

std::string plain_text(const transfer::Usage& usage, bool human_readable, std::optional<std::size_t> columns) {
  return line_of({size_field(usage.bytes, human_readable),
                  {std::to_string(usage.files), 8, true},
                  {usage.prefix.empty() ? "." : util::escape(usage.prefix)}},
                 columns);
}

std::string json_text(const transfer::Usage& usage) {
  Document line;
  line.append("prefix", Value(usage.prefix)).append("files", Value(usage.files)).append("bytes", Value(usage.bytes));
  return line.to_json();
}

ExitCode run_du(const DuOptions& options, Context& context) {
  if (options.prefixes.size() > 1) throw UsageError("one PREFIX at most");
  check_prefixes(options.prefixes);
  auto settings = static_cast<const transfer::UsageSettings&>(options);
  if (!options.prefixes.empty()) settings.prefix = options.prefixes.front();
  const bool json = context.options().json;
  const auto print = [&](const transfer::Usage& usage) {
    context.output().line(json ? json_text(usage)
                               : plain_text(usage, options.human_readable, context.output().columns()));
  };
  Report report(context, {});
  const auto tally = transfer::measure_usage(context.bucket(Access::read), settings, print, report);
  return report.conclude(tally, "file");
}

}  // namespace

void setup_du(CLI::App& app, Selection& selection) {
  add_command<DuOptions>(
      app, selection,
      {"du",
       "Count files and bytes, by prefix",
       "[PREFIX]",
       "Names to count [all]",
       "01234579",
       {"gridfs du --all-revisions | sort -n", "gridfs du -H --depth 0 dumps/"}},
      [](DuOptions & options) -> auto& { return options.prefixes; }, add_du_options, run_du);
}

}  // namespace gridfs::cli
