#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/error.hpp"

#include "cli/batch_getter.hpp"
#include "cli/command.hpp"
#include "cli/download_file.hpp"
#include "cli/get_options.hpp"
#include "cli/get_report.hpp"
#include "cli/messages.hpp"
#include "cli/newest_revision.hpp"
#include "cli/operands.hpp"
#include "cli/tree_getter.hpp"

namespace gridfs::cli {

namespace {

class Getter {
 public:
  Getter(const GetOptions& options, Context& context)
      : options_(options), context_(context), bucket_(context.bucket(Access::read)) {
    local_.existing = options.existing();
    local_.preserve = options.preserve;
    local_.stop = context.stop();
    local_.resume = options.resume;
  }

  void get(std::size_t operand) {
    FileInfo file = find_file(bucket_, options_.lookup, operand);
    if (options_.to_standard_output()) return write_to_output(file);
    if (context_.options().dry_run) return plan(file);
    if (options_.newest_by_name()) {
      fetch_newest(bucket_, file, [&](const FileInfo& newest) { fetch(newest); });
    } else {
      fetch(file);
    }
    say_written(file, LocalTarget(options_.output, file).path(), context_);
  }

 private:
  void write_to_output(const FileInfo& file) {
    check_checksum(file, options_);
    if (context_.options().dry_run) return say_would_write(file, "standard output");
    download_to_output(bucket_, file, context_.output(), hash_mode(file));
  }

  void plan(const FileInfo& file) const {
    check_checksum(file, options_);
    const LocalTarget target(options_.output, file);
    check_absent(target, options_);
    say_would_write(file, target.path());
  }

  void fetch(const FileInfo& file) {
    check_checksum(file, options_);
    download_to_file(bucket_, file, LocalTarget(options_.output, file).open(), local_, hash_mode(file));
  }

  [[nodiscard]] HashBeside::Mode hash_mode(const FileInfo& file) const {
    return hash_mode_for(file, static_cast<int>(context_.options().jobs));
  }

  const GetOptions& options_;
  Context& context_;
  const Bucket& bucket_;
  LocalFileOptions local_;
};

// Fetches many files, whose lookups and contents travel together.
class ManyGetter {
 public:
  ManyGetter(const GetOptions& options, Context& context)
      : options_(options),
        bucket_(context.bucket(Access::read)),
        batch_(options, context, tally_, options.newest_by_name()) {}

  ExitCode get() {
    constexpr std::size_t most_lookups = 1'000;
    const std::size_t count = options_.lookup.operands().size();
    for (std::size_t begin = 0; begin < count; begin += most_lookups) {
      const auto found = look_up(begin, std::min(most_lookups, count - begin));
      for (std::size_t i = 0; i < found.size(); ++i) add(begin + i, found[i]);
    }
    batch_.fetch();
    tally_.say_skipped("operands");
    return tally_.result();
  }

 private:
  std::vector<std::optional<FileInfo>> look_up(std::size_t begin, std::size_t count) {
    try {
      if (!tally_.is_hopeless()) return find_files(bucket_, options_.lookup, begin, count);
    } catch (const ServerError& error) {
      say_info(std::string(error.what()) + ": looking them up one by one");
    } catch (const Error&) {
      tally_.failed(std::current_exception());
    }
    return std::vector<std::optional<FileInfo>>(count);
  }

  void add(std::size_t operand, const std::optional<FileInfo>& found) {
    if (tally_.is_hopeless()) return tally_.skip();
    try {
      const FileInfo file = found ? *found : find_file(bucket_, options_.lookup, operand);
      batch_.add(file, LocalTarget(options_.output, file));
    } catch (...) {
      tally_.failed(std::current_exception(), options_.lookup.operands()[operand]);
    }
  }

  const GetOptions& options_;
  const Bucket& bucket_;
  OperandTally tally_;
  BatchGetter batch_;
};

ExitCode run_get(const GetOptions& options, Context& context) {
  check(options, context.options().json);
  if (options.recursive) return get_trees(options, context);
  if (options.lookup.operands().size() > 1 && !options.to_standard_output() && !options.resume) {
    return ManyGetter(options, context).get();
  }
  Getter getter(options, context);
  return for_each_operand(options.lookup.operands(), [&](std::size_t i) { getter.get(i); });
}

}  // namespace

void setup_get(CLI::App& app, Selection& selection) {
  add_command<GetOptions>(
      app, selection, {"get", "Fetch files by _id", "ID", "_ids of files to fetch"},
      [](GetOptions & options) -> auto& { return options.lookup.ids; }, add_get_options, run_get);
}

void setup_get_by_name(CLI::App& app, Selection& selection) {
  add_command<GetOptions>(
      app, selection,
      {"get-by-name", "Fetch files by name", "NAME", "Filenames to fetch; with -r: what they begin with"},
      [](GetOptions & options) -> auto& { return options.lookup.names; }, add_get_by_name_options, run_get);
}

}  // namespace gridfs::cli
