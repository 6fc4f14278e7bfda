/// The outcomes of a command's operands: on standard output, on standard error, and as the exit status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/output/messages.hpp"
#include "transfer/listener.hpp"
#include "transfer/lookup.hpp"
#include "transfer/tally.hpp"

namespace gridfs::cli {

/// A failure on standard output, with `--json`: `{"error": {"operand": …, "message": …, "exit": 9}}`.
/// @param operand  empty: it concerns no single one
std::string error_as_json(const std::string& message, ExitCode code, const std::string& operand = {});

/// The first operand that a message names; empty: it names none.
[[nodiscard]] std::string operand_in(std::string_view message, const std::vector<std::string>& operands);

struct ReportSettings {
  /// What is done to the files, for the summary: `stored`. Empty: there is none.
  std::string done{};
  /// How those that unchanged() is called for are counted; empty: as skipped.
  std::string unchanged{};
  /// Whether their bytes are counted.
  bool transfers = true;
  /// Whether others are removed.
  bool removes = false;
  /// How many files there are, if that is known.
  std::optional<std::size_t> files{};
  /// Do not print what was stored.
  bool silent = false;
};

class Report : public transfer::Listener {
 public:
  /// @param context  must outlive it
  Report(Context& context, ReportSettings settings) : context_(context), settings_(std::move(settings)) {
    if (settings_.files) context_.progress().expect(*settings_.files);
  }

  void started(const std::string& name, std::optional<std::int64_t> size) override {
    context_.progress().started(name, size);
  }
  void unchanged() override;
  void stored(const FileInfo& file) override;
  void flush() override;
  void written(const FileInfo& file, const std::string& path) override;
  void removed(const transfer::Removed& removed) override;
  void removed_local(const std::string& path) override;
  void would(const std::string& action) override { say_always("would " + action); }
  void skipped(const std::string& what, const std::string& reason) override;
  void note(const std::string& message) override { say_info(message); }
  void data_warning(const std::string& message) override { say_data_warning(message); }
  void failing(const std::string& message) override;
  void failed(const std::exception& failure, const std::string& operand) override;

  /// Counts what the caller has done without a transfer.
  void count(std::int64_t files, std::int64_t bytes = 0);

  /// Reports how many operands were skipped and why, if any were, and sums up.
  /// @param operand    what they are: `operand`, `file`
  /// @param recursive  they were prefixes, and files below them may not even have been listed
  /// @return  done; or some_failed; or, where all failed, the status that they share, else failure
  [[nodiscard]] ExitCode conclude(const transfer::Tally& tally, const std::string& operand, bool recursive = false);

 private:
  // Of the summary.
  struct Part {
    std::string name;
    std::int64_t count = 0;
    std::optional<std::int64_t> bytes{};
  };

  template <typename Write>
  void write_stored(Write write);
  [[nodiscard]] std::vector<Part> parts() const;
  void sum_up() const;

  Context& context_;
  ReportSettings settings_;
  std::optional<ExitCode> failure_;
  std::string failing_;  // what failing() was told
  std::int64_t done_ = 0;
  std::int64_t bytes_ = 0;
  std::int64_t removed_ = 0;
  std::int64_t unchanged_ = 0;
  std::int64_t failed_ = 0;
  std::int64_t skipped_ = 0;
  std::int64_t left_out_ = 0;  // those that skipped() was called for
};

/// transfer::for_each_file(), one after the other, and the report's conclusion.
ExitCode for_each_file(const Bucket& bucket, const transfer::Lookup& lookup, Report& report,
                       const std::function<void(const FileInfo&)>& step);

/// transfer::for_each_operand(), and the report's conclusion.
ExitCode for_each_operand(const std::vector<std::string>& operands, Report& report,
                          const std::function<void(std::size_t)>& step);

}  // namespace gridfs::cli
