#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "gridfs/error.hpp"

#include "cli/command.hpp"
#include "cli/options/file_options.hpp"
#include "cli/output/report.hpp"
#include "transfer/file_text.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

Document chunks_document(const ChunkSummary& chunks) {
  return Document()
      .append("expected", Value(chunks.expected))
      .append("present", Value(chunks.present))
      .append("superfluous", Value(chunks.superfluous));
}

// A field as people read it: text as text, dates as dates, all else as JSON.
std::string field_text(const Value& value) {
  if (const auto text = value.as_string()) return *text;
  if (const auto date = value.as_date_time()) return transfer::format_date(date);
  return value.to_json();
}

// @param chunks  empty: what is wrong with the files document leaves open which there must be
std::string plain_text(const FileInfo& file, const std::optional<ChunkSummary>& chunks) {
  std::vector<std::pair<std::string, std::string>> entries{{"id", transfer::format_id(file.id())}};
  for (const auto& [key, value] : file.document().fields()) {
    if (key != "_id") entries.emplace_back(util::escape(key), util::escape(field_text(value)));
  }
  if (chunks) entries.emplace_back("chunks", transfer::describe_chunks(*chunks));

  std::size_t width = 0;
  for (const auto& [key, text] : entries) width = std::max(width, key.size());
  std::string lines;
  for (const auto& [key, text] : entries) {
    lines += fmt::format("{}{}:{:{}}{}", lines.empty() ? "" : "\n", key, "", width - key.size() + 1, text);
  }
  return lines;
}

std::string json_text(const FileInfo& file, const std::optional<ChunkSummary>& chunks) {
  Document line;
  line.append("file", Value(file.document()));
  if (chunks) line.append("chunks", Value(chunks_document(*chunks)));
  return line.to_json();
}

ExitCode run_stat(const transfer::Lookup& options, Context& context) {
  cli::check(options);
  const Bucket& bucket = context.bucket(Access::read);
  if (!options.by_name()) context.expect_ids("--name");
  Output& output = context.output();
  bool first = true;
  Report report(context, {});
  return for_each_file(bucket, options, report, [&](const FileInfo& file) {
    std::optional<ChunkSummary> chunks;
    std::exception_ptr damage;
    try {
      chunks = bucket.chunk_summary(file);
    } catch (const CorruptFile&) {
      damage = std::current_exception();
    }
    const bool json = context.options().json;
    if (!json && !std::exchange(first, false)) output.line("");
    output.line(json ? json_text(file, chunks) : plain_text(file, chunks), Output::Flush::at_once);
    if (damage) std::rethrow_exception(damage);
    transfer::check_complete(file, *chunks);
  });
}

}  // namespace

void setup_stat(CLI::App& app, Selection& selection) {
  add_command<transfer::Lookup>(
      app, selection,
      {"stat",
       "Show files documents and the state of their chunks",
       "[ID...]",
       "_ids of files",
       "012345789",
       {"gridfs stat --name photo.png"}},
      [](transfer::Lookup & options) -> auto& { return options.operands(); },
      [](auto& command, auto& options) { add_lookup_options(command, options); }, run_stat);
}

}  // namespace gridfs::cli
