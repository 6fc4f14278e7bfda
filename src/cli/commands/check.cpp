#include "gridfs/check.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "gridfs/buckets.hpp"
#include "gridfs/error.hpp"

#include "cli/command.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/messages.hpp"
#include "cli/output/report.hpp"
#include "transfer/checksum.hpp"
#include "transfer/file_text.hpp"
#include "transfer/freshness.hpp"
#include "transfer/get/file_getter.hpp"
#include "util/process/rate_limit.hpp"
#include "util/text/escape.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

struct CheckCommandOptions {
  std::vector<std::string> ids;
  std::vector<std::string> names;
  std::optional<std::chrono::seconds> max_age;
  bool read_data = false;
  bool repair = false;
  std::optional<std::chrono::seconds> min_age;
};

void add_check_options(CLI::App& command, CheckCommandOptions& options) {
  add_texts(command, "--name NAME", options.names, "Check the newest revision of this name instead: --max-age");
  add_parsed(command, "--max-age AGE", options.max_age, parse_age,
             "With --name: maximum age of the newest revision, such as 26h");
  add_flag(command, "--read-data", options.read_data, "Read all content, verify stored checksums");
  add_flag(command, "--repair", options.repair, "Remove orphaned chunks");
  add_parsed(command, "--min-age AGE", options.min_age, parse_age,
             "Minimum age of the newest orphaned chunk: 90s, 30m, 24h, 7d, 2w [24h]");
}

std::string plain_text(const Finding& finding) {
  return fmt::format("{}\t{}\t{}{}", to_string(finding.kind), finding.id ? transfer::format_id(*finding.id) : "-",
                     util::escape(finding.detail), finding.removal == Removal::done ? ": removed" : "");
}

std::string json_text(const Finding& finding) {
  Document line;
  line.append("kind", Value(to_string(finding.kind)));
  if (finding.id) line.append("_id", *finding.id);
  if (finding.filename) line.append("filename", Value(*finding.filename));
  line.append("detail", Value(finding.detail));
  if (finding.chunks) line.append("chunks", Value(*finding.chunks));
  if (finding.bytes) line.append("bytes", Value(*finding.bytes));
  return line.append("removed", Value(finding.removal == Removal::done)).to_json();
}

void show(const Finding& finding, Context& context) {
  log_error(
      fmt::format("{}: {}", finding.id ? transfer::format_id(*finding.id) : to_string(finding.kind), finding.detail));
  const GlobalOptions& global = context.options();
  // It is no finding yet.
  if (finding.kind == FindingKind::orphaned_chunks_recent && global.quiet && !global.json) return;
  context.output().line(global.json ? json_text(finding) : plain_text(finding), Output::Flush::at_once);
  if (finding.removal == Removal::would_be_done) {
    say_always(fmt::format("would remove {} of {}", util::count_of(finding.chunks.value_or(0), "orphaned chunk"),
                           transfer::format_id(*finding.id)));
  }
}

std::string plain_text(const CheckSummary& summary) {
  const auto text = fmt::format("checked {}, {}, {}: {}, {} removed", util::count_of(summary.files, "file"),
                                util::count_of(summary.chunks, "chunk"), util::count_of(summary.bytes, "byte"),
                                util::count_of(summary.findings, "finding"), summary.removed);
  return summary.recent > 0 ? fmt::format("{}; {} perhaps under way", text, summary.recent) : text;
}

Document document_of(const CheckSummary& summary) {
  Document document;
  document.append("files", Value(summary.files)).append("chunks", Value(summary.chunks));
  document.append("bytes", Value(summary.bytes)).append("findings", Value(summary.findings));
  return document.append("removed", Value(summary.removed)).append("recent", Value(summary.recent));
}

void show(const CheckSummary& summary, Context& context) {
  if (context.options().json) {
    context.output().line(Document().append("summary", Value(document_of(summary))).to_json());
  }
  say_summary(plain_text(summary), !context.options().json);
}

std::optional<std::string> mismatch(const FileInfo& file, const std::string& sha256) {
  if (const auto warning = transfer::checksum_warning(file)) say_data_warning(*warning);
  const auto found = transfer::checksum_mismatch(file, sha256);
  return found ? std::optional("the " + *found) : std::nullopt;
}

CheckOptions options_of_check(const CheckCommandOptions& options, const Bucket& bucket, util::RateLimit& limit,
                              Context& context) {
  CheckOptions check;
  check.min_age = options.min_age.value_or(check.min_age);
  if (options.repair) check.repair = context.options().dry_run ? Repair::plan : Repair::yes;
  ProgressDisplay& progress = context.progress();
  check.on_file = [&progress](const FileInfo& file) { progress.started(transfer::shown_name(file), std::nullopt); };
  if (options.read_data) {
    const auto wait = [&limit, &context](std::size_t bytes) { limit.wait_for(bytes, context.stop()); };
    check.compare_content = [&bucket, &progress, wait](const FileInfo& file) {
      progress.started(transfer::shown_name(file), file.length());
      return mismatch(file, transfer::sha256_of_stored(bucket, file, wait));
    };
    check.compare_small_content = [wait](const FileInfo& file, std::span<const std::byte> content) {
      wait(content.size());
      return mismatch(file, transfer::sha256_of(content));
    };
  }
  return check;
}

// A name that is misspelled is no bucket that is whole.
bool is_missing(const Bucket& bucket) {
  try {
    const auto names = bucket_names(bucket);
    return std::find(names.begin(), names.end(), bucket.name()) == names.end();
  } catch (const AuthenticationError&) {
    return false;  // whoever may not list them is not told
  }
}

void add(CheckSummary& sum, const CheckSummary& summary) {
  sum.files += summary.files;
  sum.chunks += summary.chunks;
  sum.bytes += summary.bytes;
  sum.findings += summary.findings;
  sum.removed += summary.removed;
  sum.recent += summary.recent;
}

ExitCode check_names(const CheckCommandOptions& options, Context& context) {
  if (!options.max_age) throw UsageError("--name needs --max-age");
  if (!options.ids.empty()) throw UsageError("IDs and --name exclude each other");
  if (options.repair || options.min_age) throw UsageError("--repair and --min-age do not go with --name");
  const Bucket& bucket = context.bucket(Access::read);
  util::RateLimit limit(context.options().bytes_per_second);
  std::function<void(const FileInfo&)> read;
  if (options.read_data) {
    read = [&](const FileInfo& file) {
      context.progress().started(transfer::shown_name(file), file.length());
      transfer::download(bucket, file, [&](auto bytes) { limit.wait_for(bytes.size(), context.stop()); });
      if (const auto warning = transfer::checksum_warning(file)) say_data_warning(*warning);
    };
  }
  Report report(context, {.done = "checked", .transfers = false, .files = options.names.size()});
  return for_each_operand(options.names, report, [&](std::size_t i) {
    const FileInfo newest = transfer::check_freshness(bucket, options.names[i], *options.max_age, read);
    if (context.options().json) context.output().line(newest.document().to_json(), Output::Flush::at_once);
    report.count(1);
  });
}

ExitCode run_check(const CheckCommandOptions& options, Context& context) {
  if (!options.names.empty()) return check_names(options, context);
  if (options.max_age) throw UsageError("--max-age goes with --name");
  const Bucket& bucket = context.bucket(options.repair ? Access::write : Access::read);
  util::RateLimit limit(context.options().bytes_per_second);
  const CheckOptions check_options = options_of_check(options, bucket, limit, context);
  const auto handler = [&](const Finding& finding) { show(finding, context); };
  CheckSummary summary;
  ExitCode code = ExitCode::done;
  if (options.ids.empty()) {
    summary = gridfs::check(bucket, check_options, handler);
  } else {
    context.expect_ids("");
    Report report(context, {.files = options.ids.size()});
    code = for_each_operand(options.ids, report, [&](std::size_t i) {
      add(summary, check_id(bucket, transfer::parse_id(options.ids[i]), check_options, handler));
    });
  }
  std::string problem = summary.indexes_not_seen;
  ExitCode code_of_problem = problem.empty() ? ExitCode::done : ExitCode::not_allowed;
  if (options.ids.empty() && summary.files + summary.chunks == 0 && is_missing(bucket)) {
    problem = "there is no bucket " + context.bucket_name();
    code_of_problem = ExitCode::not_found;
  }
  if (context.options().json && !problem.empty()) context.output().line(error_as_json(problem, code_of_problem));
  show(summary, context);
  if (!problem.empty()) say_error(problem);
  if (code != ExitCode::done) return code;
  return summary.clean() ? code_of_problem : ExitCode::damaged;
}

}  // namespace

void setup_check(CLI::App& app, Selection& selection) {
  add_command<CheckCommandOptions>(
      app, selection,
      {"check",
       "Verify files against their chunks, find orphaned chunks",
       "[ID...]",
       "_ids of files, or of orphaned chunks [all, and the indexes]",
       "012345789",
       {"gridfs check", "gridfs check --name shop.sql.gz --max-age 26h || alert"}},
      [](CheckCommandOptions & options) -> auto& { return options.names.empty() ? options.ids : options.names; },
      add_check_options, run_check);
}

}  // namespace gridfs::cli
