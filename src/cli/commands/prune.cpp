#include "transfer/prune/prune.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include "gridfs/error.hpp"

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"
#include "transfer/file_text.hpp"
#include "util/process/time_zone.hpp"
#include "util/text/escape.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

struct PruneOptions : transfer::PruneSettings {
  std::vector<std::string> operands;
  bool allow_remove_all = false;
};

std::int64_t parse_keep(const std::string& text) {
  return text == "unlimited" ? transfer::RetentionPolicy::unlimited : parse_whole_number(text, 0);
}

void add_policy_options(CLI::App& command, transfer::RetentionPolicy& policy) {
  add_parsed(command, "--keep-last N", policy.last, parse_keep, "Keep the newest N revisions of each name");
  const auto add = [&](const std::string& period, std::optional<std::int64_t>& count, const std::string& plural) {
    add_parsed(command, "--keep-" + period + " N", count, parse_keep,
               "Keep the newest revision of each of the last N " + plural + " that have one");
  };
  add("hourly", policy.hourly, "hours");
  add("daily", policy.daily, "days");
  add("weekly", policy.weekly, "weeks");
  add("monthly", policy.monthly, "months");
  add("yearly", policy.yearly, "years");
  add_parsed(command, "--keep-within AGE", policy.within, parse_age,
             "Keep revisions less than this older than the newest one, such as 36h or 30d");
  const auto set_time_zone = [&policy](const std::string& name) {
    util::set_time_zone(name);
    policy.utc_offset = util::utc_offset;
  };
  add_function(command, "--timezone ZONE", set_time_zone, "Time zone of hours, days, ..., such as Europe/Berlin [UTC]");
}

void add_prune_options(CLI::App& command, PruneOptions& options) {
  add_policy_options(command, options.policy);
  add_text(command, "--prefix PREFIX", options.prefix, "Only names below this prefix; before the command: the bucket");
  add_filter_options(command, options.filter);
  add_flag(command, "--allow-remove-all", options.allow_remove_all,
           "Allow a policy that keeps no revision of a name, such as --keep-last 0");
}

void check(const PruneOptions& options) {
  if (!options.operands.empty()) throw UsageError("there are no operands: --prefix P selects names");
  if (!options.policy.is_given()) throw UsageError("a --keep option is required, such as --keep-daily 7");
  check_prefixes({options.prefix});
  if (options.policy.keeps_any()) return;
  if (!options.allow_remove_all) throw UsageError("no revision would be kept: --allow-remove-all allows that");
  if (options.prefix.empty() && !options.filter.is_given())
    throw UsageError("no file would be kept: say by --prefix or a filter which ones are meant");
}

// What was decided.
struct Counts {
  std::int64_t kept = 0;
  std::int64_t removed = 0;
  std::int64_t bytes_removed = 0;

  void add(const transfer::Verdict& verdict) {
    if (!verdict.reasons.empty()) {
      ++kept;
      return;
    }
    ++removed;
    try {
      bytes_removed += verdict.file.length();
    } catch (const CorruptFile&) {
      // It is removed all the same.
    }
  }
};

std::string text_of(const Counts& counts) {
  return fmt::format("{} of {} revisions ({})", counts.removed, counts.removed + counts.kept,
                     util::size_in_words(counts.bytes_removed));
}

std::string plain_text(const transfer::Verdict& verdict) {
  const auto& [file, reasons] = verdict;
  return fmt::format("{}\t{}\t{}\t{}\t{}", reasons.empty() ? "remove" : "keep",
                     reasons.empty() ? "-" : fmt::format("{}", fmt::join(reasons, ", ")),
                     transfer::format_id(file.id()), transfer::format_date(file.upload_date()),
                     util::escape(file.filename().value_or("")));
}

std::string json_text(const transfer::Verdict& verdict) {
  std::vector<Value> reasons;
  for (const std::string& reason : verdict.reasons) reasons.emplace_back(reason);
  Document line = verdict.file.document();
  return line.append("keep", Value(!reasons.empty())).append("reasons", Value::array(reasons)).to_json();
}

ExitCode run_prune(const PruneOptions& options, Context& context) {
  check(options);
  auto settings = static_cast<const transfer::PruneSettings&>(options);
  settings.dry_run = context.options().dry_run;
  const Bucket& bucket = context.bucket(Access::write);
  Report report(context, {.unchanged = "kept", .removes = true});
  Counts counts;
  const auto decided = [&](const transfer::Verdict& verdict) {
    counts.add(verdict);
    if (!verdict.reasons.empty()) report.unchanged();
    if (settings.dry_run) context.output().line(context.options().json ? json_text(verdict) : plain_text(verdict));
  };
  const auto tally = transfer::prune(bucket, settings, decided, report);
  const ExitCode code = report.conclude(tally, "file", true);
  if (code != ExitCode::done) return code;
  if (counts.kept + counts.removed == 0 && !settings.filter.is_given())
    say_data_warning(fmt::format("bucket '{}' has no files with a name", bucket.name()));
  if (settings.dry_run) {
    say_always("would remove " + text_of(counts));
  } else {
    say_info("removed " + text_of(counts));
  }
  return code;
}

}  // namespace

void setup_prune(CLI::App& app, Selection& selection) {
  add_command<PruneOptions>(
      app, selection,
      {"prune",
       "Remove old revisions of each name, by a retention policy",
       "",
       "",
       "01234579",
       {"gridfs prune -n --keep-daily 7 --keep-weekly 4 --keep-monthly 12"}},
      [](PruneOptions & options) -> auto& { return options.operands; }, add_prune_options, run_prune);
}

}  // namespace gridfs::cli
