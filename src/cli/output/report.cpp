#include "cli/output/report.hpp"

#include <sstream>
#include <string_view>

#include <spdlog/fmt/fmt.h>

#include "gridfs/error.hpp"

#include "cli/output/explain.hpp"
#include "transfer/file_text.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::cli {

namespace {

// Whether a message contains the operand as a word of its own, as `file 42: no such file` does.
bool names(std::string_view message, std::string_view operand) {
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

}  // namespace

void Report::stored(const FileInfo& file) {
  context_.progress().finished();
  say_info([&] { return "stored " + transfer::describe_file(file); });
  if (silent_) return;
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
  context_.progress().finished();
  say_info([&] { return "wrote " + transfer::describe_file(file) + " to " + path; });
  if (!context_.options().json) return;
  Document line;
  line.append("_id", file.id());
  if (const auto name = file.filename()) line.append("filename", Value(*name));
  line.append("length", Value(file.length())).append("path", Value(path));
  context_.output().line(line.to_json(), Output::Flush::at_once);
}

void Report::removed(const transfer::Removed& removed) {
  if (!context_.options().json) return;
  Document line;
  if (removed.id) line.append("_id", *removed.id);
  if (removed.filename) line.append("filename", Value(*removed.filename));
  context_.output().line(line.append("removed", Value(removed.count)).to_json(), Output::Flush::at_once);
}

void Report::removed_local(const std::string& path) {
  say_info("removed " + path);
  if (!context_.options().json) return;
  Document line;
  context_.output().line(line.append("path", Value(path)).append("removed", Value(std::int64_t{1})).to_json(),
                         Output::Flush::at_once);
}

void Report::failed(const std::exception& failure, const std::string& operand) {
  context_.progress().finished();
  say_error(with_operand(failure, operand, context_));
  const ExitCode code = exit_code_of(failure);
  failure_ = failure_.value_or(code) == code ? code : ExitCode::failure;
}

ExitCode Report::conclude(const transfer::Tally& tally, const std::string& operands, bool recursive) const {
  const std::size_t skipped = tally.skipped();
  if (recursive && tally.must_stop()) {
    const auto listed = skipped > 0 ? fmt::format("{} files, and ", skipped) : "";
    say_error(fmt::format("{}what was not listed yet, skipped: {}", listed, tally.reason()));
  } else if (skipped > 0) {
    say_error(fmt::format("{} {} skipped: {}", skipped, operands, tally.reason()));
  }
  if (!failure_) return ExitCode::done;
  return tally.any_done() ? ExitCode::some_failed : *failure_;
}

ExitCode for_each_file(const transfer::Lookup& lookup, Context& context,
                       const std::function<void(const FileInfo&)>& step) {
  Report report(context, lookup.count());
  transfer::Tally tally(report);
  const auto take = [&](const FileInfo& file) {
    step(file);
    tally.succeeded();
  };
  transfer::for_each_file(context.bucket(Access::read), lookup, tally, take, 1);
  return report.conclude(tally, "operands");
}

ExitCode for_each_operand(const std::vector<std::string>& operands, Context& context,
                          const std::function<void(std::size_t)>& step) {
  Report report(context, operands.size());
  transfer::Tally tally(report);
  transfer::for_each_operand(operands, tally, step);
  return report.conclude(tally, "operands");
}

}  // namespace gridfs::cli
