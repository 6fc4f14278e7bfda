#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <span>

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/report.hpp"
#include "transfer/checksum.hpp"
#include "transfer/file_text.hpp"
#include "transfer/get/file_getter.hpp"
#include "util/process/rate_limit.hpp"

namespace gridfs::cli {

namespace {

struct CatOptions {
  transfer::Lookup lookup;
  std::int64_t offset = 0;
  std::optional<std::int64_t> count;

  [[nodiscard]] bool is_whole() const noexcept { return offset == 0 && !count; }
};

void add_cat_options(CLI::App& command, CatOptions& options) {
  add_lookup_options(command, options.lookup);
  add_parsed(command, "--offset N", options.offset, parse_size_option, "Bytes to skip at the beginning [0]");
  add_parsed(command, "--count N", options.count, parse_size_option, "Maximum number of bytes to write [all]");
}

std::int64_t end_of_range(const CatOptions& options) {
  constexpr auto furthest = std::numeric_limits<std::int64_t>::max();
  if (!options.count || *options.count > furthest - options.offset) return furthest;
  return options.offset + *options.count;
}

void write_range(const Bucket& bucket, const FileInfo& file, const CatOptions& options,
                 const std::function<void(std::span<const std::byte>)>& write) {
  if (options.is_whole()) return transfer::download(bucket, file, write);
  auto download = bucket.open_download_stream(file);
  download.seek(options.offset);
  if (options.count) download.set_end(end_of_range(options));
  for (auto chunk = download.read_chunk(); !chunk.empty(); chunk = download.read_chunk()) write(chunk);
}

ExitCode run_cat(const CatOptions& options, Context& context) {
  check(options.lookup);
  if (context.options().json) throw UsageError("the bytes of a file are not JSON: see stat --json");
  const Bucket& bucket = context.bucket(Access::read);
  util::RateLimit limit(context.options().bytes_per_second);
  if (!options.lookup.by_name()) context.expect_ids("--name");
  std::int64_t written = 0;
  const auto write = [&](std::span<const std::byte> bytes) {
    limit.wait_for(bytes.size(), context.stop());
    context.output().write(bytes);
    written += std::ssize(bytes);
  };
  Report report(context, {.done = "written", .files = options.lookup.count()});
  return for_each_file(bucket, options.lookup, report, [&](const FileInfo& file) {
    written = 0;
    if (!context.output().is_terminal()) {
      const auto end = std::min(end_of_range(options), file.length());
      context.progress().started(transfer::shown_name(file), std::max<std::int64_t>(end - options.offset, 0));
    }
    write_range(bucket, file, options, write);
    const auto warning = options.is_whole() ? transfer::checksum_warning(file) : std::nullopt;
    if (warning) say_data_warning(*warning);
    report.count(1, written);
  });
}

}  // namespace

void setup_cat(CLI::App& app, Selection& selection) {
  add_command<CatOptions>(
      app, selection,
      {"cat",
       "Write files to standard output",
       "[ID...]",
       "_ids of files",
       "012345789",
       {"gridfs cat --name app.log | less", "gridfs cat --name app.log --offset 1M --count 1M"}},
      [](CatOptions & options) -> auto& { return options.lookup.operands(); }, add_cat_options, run_cat);
}

}  // namespace gridfs::cli
