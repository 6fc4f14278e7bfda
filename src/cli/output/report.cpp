#include "cli/output/report.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include "gridfs/error.hpp"

#include "cli/output/explain.hpp"
#include "transfer/file_text.hpp"
#include "util/fs/local_error.hpp"
#include "util/text/escape.hpp"
#include "util/text/units.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::cli {

namespace {

// Whether a message contains the operand as a word of its own, as `file 42: no such file` does.
bool names(std::string_view message, std::string_view operand) {
  if (operand.empty()) return false;
  for (auto at = message.find(operand); at != std::string_view::npos; at = message.find(operand, at + 1)) {
    const std::string_view behind = message.substr(at + operand.size());
    const bool begins = at == 0 || message[at - 1] == ' ' || message[at - 1] == '\'';
    const bool ends = behind.empty() || behind.starts_with(" (") ||
                      std::string_view(":',)").find(behind.front()) != std::string_view::npos;
    if (begins && ends) return true;
  }
  return false;
}

std::string with_operand(const std::exception& failure, const std::string& operand, Context& context) {
  const std::string message = explain(failure, operand, context);
  // Local errors name their path already, and errors of the connection concern no operand.
  const bool is_clear = util::is_any_of<util::LocalError, ConnectionError, AuthenticationError>(failure);
  return operand.empty() || is_clear || names(failure.what(), operand) ? message : operand + ": " + message;
}

// JSON holds no bytes that are not UTF-8.
Value text_value(const std::string& text) { return Value(util::is_utf8(text) ? text : util::escape(text)); }

}  // namespace

std::string error_as_json(const std::string& message, ExitCode code, const std::string& operand) {
  Document error;
  if (const std::string shown = redact_uri(operand); !shown.empty()) {
    error.append("operand", text_value(shown));
  }
  error.append("message", Value(util::escape(redact_uri(message))));
  error.append("exit", Value(static_cast<std::int32_t>(code)));
  return Document().append("error", Value(error)).to_json();
}

std::string operand_in(std::string_view message, const std::vector<std::string>& operands) {
  const auto named =
      std::find_if(operands.begin(), operands.end(), [&](const std::string& one) { return names(message, one); });
  return named == operands.end() ? "" : *named;
}

void Report::unchanged() {
  ++unchanged_;
  context_.progress().finished();
}

void Report::count(std::int64_t files, std::int64_t bytes) {
  done_ += files;
  bytes_ += bytes;
  context_.progress().finished();
}

void Report::stored(const FileInfo& file) {
  count(1, file.length());
  say_info([&] { return "stored " + transfer::describe_file(file); });
  if (settings_.silent) return;
  write_stored([&](Output& output) {
    output.line(context_.options().json ? file.document().to_json() : transfer::format_id(file.id()));
  });
}

void Report::flush() {
  write_stored([](Output& output) { output.flush(); });
}

// Files that are stored but could not be printed are named on standard error.
template <typename Write>
void Report::write_stored(Write write) {
  try {
    write(context_.output());
  } catch (const util::OutputError&) {
    std::istringstream lines(context_.output().take_unwritten());
    for (std::string line; std::getline(lines, line);) say_error("stored, but not printed: " + line);
    throw;
  }
}

void Report::written(const FileInfo& file, const std::string& path) {
  count(1, file.length());
  say_info([&] { return "wrote " + transfer::describe_file(file) + " to " + path; });
  if (!context_.options().json) return;
  Document line;
  line.append("_id", file.id());
  if (const auto name = file.filename()) line.append("filename", Value(*name));
  line.append("length", Value(file.length())).append("path", text_value(path));
  context_.output().line(line.to_json(), Output::Flush::at_once);
}

void Report::removed(const transfer::Removed& removed) {
  removed_ += removed.count;
  if (!context_.options().json) return;
  Document line;
  if (removed.id) line.append("_id", *removed.id);
  if (removed.filename) line.append("filename", Value(*removed.filename));
  context_.output().line(line.append("removed", Value(removed.count)).to_json(), Output::Flush::at_once);
}

void Report::removed_local(const std::string& path) {
  ++removed_;
  say_info("removed " + path);
  if (!context_.options().json) return;
  Document line;
  context_.output().line(line.append("path", text_value(path)).append("removed", Value(std::int64_t{1})).to_json(),
                         Output::Flush::at_once);
}

void Report::skipped(const std::string& what, const std::string& reason) {
  ++left_out_;
  say_warning(what + ": skipped: " + reason);
}

void Report::failed(const std::exception& failure, const std::string& operand) {
  ++failed_;
  context_.progress().finished();
  const std::string message = with_operand(failure, operand, context_);
  const ExitCode code = exit_code_of(failure);
  say_error(message);
  failure_ = failure_.value_or(code) == code ? code : ExitCode::failure;
  const std::string before = std::exchange(failing_, {});
  if (!context_.options().json) return;
  flush();
  context_.output().line(error_as_json(before + message, code, operand), Output::Flush::at_once);
}

void Report::failing(const std::string& message) {
  say_error(message);
  failing_ = message + ' ';
}

ExitCode Report::conclude(const transfer::Tally& tally, const std::string& operand, bool recursive) {
  const auto skipped = static_cast<std::int64_t>(tally.skipped());
  if (recursive && tally.must_stop()) {
    const auto listed = skipped > 0 ? util::count_of(skipped, "file") + " skipped, and " : "";
    say_error(fmt::format("stopped: {}: {}others may not have been tried", tally.reason(), listed));
  } else if (skipped > 0) {
    say_error(fmt::format("{} skipped: {}", util::count_of(skipped, operand), tally.reason()));
  }
  skipped_ += skipped;
  if (left_out_ > 0 && context_.options().quiet) {
    say_data_warning(util::count_of(left_out_, "file") + " skipped; without --quiet, each is named");
  }
  sum_up();
  if (!failure_) return ExitCode::done;
  return tally.any_done() ? ExitCode::some_failed : *failure_;
}

std::vector<Report::Part> Report::parts() const {
  std::vector<Part> parts;
  if (!settings_.done.empty())
    parts.push_back({settings_.done, done_, settings_.transfers ? std::optional(bytes_) : std::nullopt});
  if (settings_.removes) parts.push_back({"removed", removed_});
  const bool is_apart = !settings_.unchanged.empty();
  if (is_apart) parts.push_back({settings_.unchanged, unchanged_});
  parts.push_back({"failed", failed_});
  parts.push_back({"skipped", skipped_ + left_out_ + (is_apart ? 0 : unchanged_)});
  return parts;
}

// The last line: for a program, for who watches several files, and wherever one of them has failed.
void Report::sum_up() const {
  if (settings_.done.empty() && !settings_.removes) return;
  const GlobalOptions& options = context_.options();
  std::int64_t files = 0;
  std::string text;
  Document sums;
  for (const auto& [name, count, bytes] : parts()) {
    sums.append(name, Value(count));
    if (bytes) sums.append("bytes", Value(*bytes));
    if (count == 0) continue;
    files += count;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
    if (bytes) text += fmt::format(" ({})", util::size_in_words(*bytes));
  }
  if (options.json) context_.output().line(Document().append("summary", Value(sums)).to_json());
  const bool is_wanted = failed_ > 0 || ::isatty(STDERR_FILENO) == 1;
  const bool is_one = files <= 1 || settings_.files == std::size_t{1};
  if (!is_one && !text.empty()) say_summary(text, is_wanted);
}

ExitCode for_each_file(const Bucket& bucket, const transfer::Lookup& lookup, Report& report,
                       const std::function<void(const FileInfo&)>& step) {
  transfer::Tally tally(report);
  const auto take = [&](const FileInfo& file) {
    step(file);
    tally.succeeded();
  };
  transfer::for_each_file(bucket, lookup, tally, take, 1);
  return report.conclude(tally, "operand");
}

ExitCode for_each_operand(const std::vector<std::string>& operands, Report& report,
                          const std::function<void(std::size_t)>& step) {
  transfer::Tally tally(report);
  transfer::for_each_operand(operands, tally, step);
  return report.conclude(tally, "operand");
}

}  // namespace gridfs::cli
