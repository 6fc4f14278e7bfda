#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"
#include "gridfs/revisions.hpp"

#include "cli/command.hpp"
#include "cli/commands/files_printer.hpp"
#include "cli/options/file_options.hpp"
#include "cli/options/option_helpers.hpp"
#include "cli/options/option_values.hpp"
#include "cli/options/usage_error.hpp"
#include "cli/output/listing.hpp"
#include "cli/output/report.hpp"
#include "transfer/file_text.hpp"
#include "transfer/usage.hpp"
#include "util/text/escape.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

struct LsOptions {
  std::vector<std::string> patterns;
  Document filter;
  FindOptions find;
  std::int64_t batch_size = 0;
  std::int64_t max_time_ms = 0;
  ListingStyle style;
  bool latest = false;
  bool directories = false;
  bool explain = false;
  std::optional<std::string> distinct;       // the field
  std::vector<const CLI::Option*> of_files;  // that are not for directories

  [[nodiscard]] bool needs_revisions() const noexcept { return style.is_long() || latest; }
};

// `uploadDate:-1,filename`; `-uploadDate` is the same as `uploadDate:-1`.
Document parse_sort(const std::string& text) {
  Document sort;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find(',', begin), text.size());
    const std::string item = text.substr(begin, end - begin);
    const bool minus = item.starts_with('-');
    const auto colon = item.rfind(':');
    const std::string field = minus ? item.substr(1) : item.substr(0, colon);
    const std::string direction = minus ? "-1" : colon == std::string::npos ? "1" : item.substr(colon + 1);
    if (field.empty() || (minus && colon != std::string::npos) || (direction != "1" && direction != "-1"))
      throw UsageError("'" + item + "' is not FIELD, FIELD:-1 or -FIELD");
    sort.append(field, Value(std::int32_t{direction == "1" ? 1 : -1}));
    begin = end + 1;
  }
  return sort;
}

std::int64_t parse_count(const std::string& text) { return parse_whole_number(text, 0); }
std::int64_t parse_milliseconds(const std::string& text) { return parse_whole_number(text, 1, INT32_MAX); }
std::int64_t parse_positive(const std::string& text) { return parse_whole_number(text, 1); }

decltype(FindOptions::hint) parse_hint(const std::string& text) {
  if (text.starts_with('{')) return parse_document(text);
  if (text.empty()) throw UsageError("it must not be empty");
  return text;
}

void add_query_options(CLI::App& command, LsOptions& options) {
  add_parsed(command, "--filter JSON", options.filter, parse_document, "Query on the files documents");
  add_parsed(command, "--sort FIELD[:-1],...", options.find.sort, parse_sort,
             "Order, such as uploadDate:-1 [filename,uploadDate]");
  add_parsed(command, "--skip N", options.find.skip, parse_count, "Number of files to skip");
  add_parsed(command, "--limit N", options.find.limit, parse_count, "Maximum number of files; 0: no limit [0]");
  add_parsed(command, "--batch-size N", options.batch_size, parse_positive, "Documents per reply of the server");
  add_flag(command, "--no-cursor-timeout", options.find.no_cursor_timeout,
           "Prevent the server from closing an idle cursor");
  add_parsed(command, "--collation JSON", options.find.collation, parse_document, "Collation for comparing text");
  add_parsed(command, "--hint JSON|NAME", options.find.hint, parse_hint, "Index to use");
  add_text(command, "--comment TEXT", options.find.comment, "Comment for the server's log");
  add_parsed(command, "--max-time-ms N", options.max_time_ms, parse_milliseconds,
             "Time limit for the query on the server, in milliseconds");
  add_flag(command, "--allow-disk-use", options.find.allow_disk_use, "Allow the server to sort on disk");
}

void add_ls_options(CLI::App& command, LsOptions& options) {
  add_query_options(command, options);
  add_flag(command, "-l,--long", options.style.long_format, "Print _id, size, date, revision and name");
  add_flag(command, "-H,--human-readable", options.style.human_readable, "Like -l, with sizes such as 1.5M");
  add_flag(command, "-s,--size", options.style.size, "Print name and size, separated by a tab");
  add_flag(command, "--latest", options.latest, "Only the newest revision of each name");
  const auto is_option = [](const CLI::Option* option) { return option->nonpositional(); };
  options.of_files = std::as_const(command).get_options(is_option);
  add_text(command, "--distinct FIELD", options.distinct, "Print the distinct values of a field of the files instead");
  add_flag(command, "--explain", options.explain, "Print the server's plan for the query as JSON instead");
  add_flag(command, "-0,--null", options.style.null, "End each entry with NUL, and do not escape names");
  add_flag(command, "--dirs", options.directories, "Only the directories one level below PREFIX");
}

Document merged_filter(const LsOptions& options) {
  Document names = name_filter(options.patterns.empty() ? "" : options.patterns.front());
  if (options.filter.empty()) return names;
  if (names.empty()) return options.filter;
  return Document().append("$and", Value::array({Value(options.filter), Value(names)}));
}

// What is not shown is not requested: metadata may be large, and for names alone an index is enough.
Document shown_fields(const LsOptions& options) {
  Document fields;
  fields.append("filename", Value(std::int32_t{1}));
  if (options.style.is_long())
    return fields.append("length", Value(std::int32_t{1})).append("uploadDate", Value(std::int32_t{1}));
  if (options.style.size) fields.append("length", Value(std::int32_t{1}));
  return options.latest ? fields.append("uploadDate", Value(std::int32_t{1}))
                        : fields.append("_id", Value(std::int32_t{0}));
}

FindOptions find_options(const LsOptions& options, bool whole_documents) {
  FindOptions find = options.find;
  find.exact_text = !find.collation;
  if (!whole_documents) find.projection = shown_fields(options);
  if (options.batch_size > 0)
    find.batch_size = static_cast<std::int32_t>(std::min<std::int64_t>(options.batch_size, INT32_MAX));
  if (options.max_time_ms > 0) find.max_time = std::chrono::milliseconds(options.max_time_ms);
  return find;
}

bool is_by_name(const FindOptions& find) { return (!find.sort || find.sort == name_order()) && !find.collation; }

FilesByName open_by_name(const Bucket& bucket, const LsOptions& options, FindOptions find) {
  constexpr std::int64_t most_at_once = 1'000;
  const std::int64_t wanted = find.skip + std::min(find.limit, most_at_once);
  if (find.limit > 0 && !find.batch_size && wanted < most_at_once) {
    find.batch_size = static_cast<std::int32_t>(wanted + 1);  // that the last of them is known
  }
  find.skip = find.limit = 0;
  find.sort.reset();
  return {bucket, merged_filter(options), std::move(find)};
}

void list_plainly(const Bucket& bucket, const LsOptions& options, FindOptions find, FilesPrinter& printer) {
  if (!find.sort) find.sort = name_order();
  for (const FileInfo& file : bucket.find(merged_filter(options), find)) printer.print(file);
}

template <typename Cursor>
Files files_of(Cursor cursor) {
  return [cursor = std::make_shared<Cursor>(std::move(cursor))] { return cursor->next(); };
}

Listing open_listing(const Bucket& bucket, const LsOptions& options, const FindOptions& find) {
  if (!is_by_name(find)) return look_up_revisions(bucket, files_of(bucket.find(merged_filter(options), find)));
  Files files = files_of(open_by_name(bucket, options, find));
  const bool has_all_revisions = options.filter.empty() || !options.needs_revisions();
  return has_all_revisions ? count_revisions(std::move(files)) : look_up_revisions(bucket, std::move(files));
}

// The server can neither skip nor limit where it does not know the order of files of one name and date, or which
// revision is the newest.
void list_by_name(const Bucket& bucket, const LsOptions& options, FindOptions find, FilesPrinter& printer) {
  const bool is_cut_here = options.latest || is_by_name(find);
  std::int64_t to_skip = is_cut_here ? find.skip : 0;
  std::int64_t left = is_cut_here && find.limit > 0 ? find.limit : INT64_MAX;
  if (options.latest) find.skip = find.limit = 0;
  if (!find.sort && find.collation) find.sort = name_order();
  const Listing next = open_listing(bucket, options, find);
  while (left > 0) {
    const auto listed = next();
    if (!listed) return;
    if ((options.latest && !listed->newest) || to_skip-- > 0) continue;
    printer.print(*listed);
    --left;
  }
}

ExitCode list_directories(const Bucket& bucket, const LsOptions& options, Context& context, FilesPrinter& printer) {
  for (const CLI::Option* option : options.of_files) {
    if (option->count() > 0) throw UsageError(option->get_name() + " and --dirs exclude each other");
  }
  check_prefixes(options.patterns);
  transfer::UsageSettings settings;
  settings.all_revisions = true;
  if (!options.patterns.empty()) settings.prefix = options.patterns.front();
  const auto print = [&](const transfer::Usage& usage) {
    if (usage.prefix != settings.prefix) printer.print(usage);
  };
  Report report(context, {});
  return report.conclude(transfer::measure_usage(bucket, settings, print, report), "file");
}

// Which option the server refuses; empty if it is none of them.
std::string refused_option(const LsOptions& options, const ServerError& error) {
  constexpr int bad_value = 2;
  constexpr int failed_to_parse = 9;
  constexpr int type_mismatch = 14;
  constexpr int first_without_name = 10'000;  // each of which stands for one message
  const int code = error.server_code();
  if (code != bad_value && code != failed_to_parse && code != type_mismatch && code < first_without_name) return {};
  const auto says = [&](const char* word) { return error.server_message().find(word) != std::string::npos; };
  const bool filter = !options.filter.empty();
  if (options.find.hint.index() != 0 && (says("hint") || !filter)) return "--hint";
  if (options.find.collation && (says("ollation") || says("BSON field") || !filter)) {
    return "--collation";
  }
  if (options.find.sort && (says("sort") || says("FieldPath") || !filter)) return "--sort";
  return filter ? "--filter" : "";
}

// What the server says about the files, instead of them.
bool asks_about_files(const LsOptions& options) { return options.distinct || options.explain; }

void check_question(const LsOptions& options) {
  if (options.distinct && options.explain) throw UsageError("--distinct and --explain exclude each other");
  if (options.distinct == "") throw UsageError("--distinct: FIELD must not be empty");
  const std::string given = options.distinct ? "--distinct" : "--explain";
  const bool is_cut = options.find.sort || options.find.skip != 0 || options.find.limit != 0 || options.batch_size != 0;
  if (options.style.is_long() || options.style.size || options.latest || options.directories ||
      (options.distinct && is_cut)) {
    throw UsageError(given + " goes with --filter, and other options of the query alone");
  }
}

ExitCode answer(const Bucket& bucket, const LsOptions& options, Context& context, FilesPrinter& printer) {
  check_question(options);
  const FileCursor files = bucket.find(merged_filter(options), find_options(options, true));
  if (options.explain) {
    context.output().line(files.explain().to_json());
  } else {
    for (const Value& value : files.distinct(*options.distinct)) printer.print(value);
  }
  return ExitCode::done;
}

ExitCode list(const LsOptions& options, Context& context) {
  if (options.style.size && options.style.is_long()) throw UsageError("--size excludes -l and -H");
  if (options.patterns.size() > 1) throw UsageError("one PREFIX or GLOB at most");
  if (options.style.null && context.options().json) throw UsageError("--json and --null exclude each other");
  const Bucket& bucket = context.bucket(Access::read);
  FilesPrinter printer(options.style, context);
  if (asks_about_files(options)) return answer(bucket, options, context, printer);
  if (options.directories) return list_directories(bucket, options, context, printer);
  const FindOptions find = find_options(options, context.options().json);
  if (options.needs_revisions() || (context.options().json && is_by_name(find))) {
    list_by_name(bucket, options, find, printer);
  } else {
    list_plainly(bucket, options, find, printer);  // of names alone, the order of those that are equal does not show
  }
  const bool is_prefix = !options.patterns.empty() && !util::is_glob(options.patterns.front());
  if (printer.is_empty() && is_prefix && !options.patterns.front().empty() && options.filter.empty() &&
      options.find.skip == 0) {
    throw FileNotFound(options.patterns.front() + ": no such file");
  }
  return ExitCode::done;
}

ExitCode run_ls(const LsOptions& options, Context& context) {
  try {
    return list(options, context);
  } catch (const ServerError& error) {
    const std::string option = refused_option(options, error);
    if (option.empty()) throw;
    // What stands before it is the query, and where in the server it was refused.
    constexpr std::string_view mark = " :: caused by :: ";
    const std::string& message = error.server_message();
    const auto cause = message.rfind(mark);
    throw UsageError(option + ": the server refuses it: " +
                     (cause == std::string::npos ? message : message.substr(cause + mark.size())));
  }
}

}  // namespace

void setup_ls(CLI::App& app, Selection& selection) {
  add_command<LsOptions>(
      app, selection,
      {"ls",
       "List files with all their revisions",
       "[PREFIX|GLOB]",
       "Names to list [all]",
       "01234579",
       {"gridfs ls -lH photos/", "gridfs ls -l --sort uploadDate:-1 --limit 10"}},
      [](LsOptions & options) -> auto& { return options.patterns; }, add_ls_options, run_ls);
}

}  // namespace gridfs::cli
