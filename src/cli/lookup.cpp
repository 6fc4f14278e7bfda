#include "cli/lookup.hpp"

#include <limits>
#include <map>
#include <set>
#include <span>

#include "cli/id_text.hpp"
#include "cli/listing.hpp"
#include "cli/name_pattern.hpp"
#include "cli/option_helpers.hpp"
#include "cli/usage_error.hpp"
#include "util/escape.hpp"

namespace gridfs::cli {

namespace {

std::int32_t parse_revision(const std::string& text) {
  const auto revision = parse_whole_number(text);
  if (revision < std::numeric_limits<std::int32_t>::min() || revision > std::numeric_limits<std::int32_t>::max()) {
    throw UsageError("'" + text + "' is out of range");
  }
  return static_cast<std::int32_t>(revision);
}

using Found = std::vector<std::optional<FileInfo>>;

std::optional<Value> valid_id(const std::string& operand) {
  try {
    return parse_id(operand);
  } catch (const ConfigurationError&) {
    return std::nullopt;
  }
}

void find_by_ids(const Bucket& bucket, std::span<const std::string> operands, Found& found) {
  std::map<std::string, std::size_t> places;
  std::vector<Value> ids;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const auto parsed = valid_id(operands[i]);
    if (!parsed) continue;
    const Value& id = *parsed;
    // In `$in` a regular expression would match other ids.
    constexpr Value::Type regular_expression{0x0B};
    if (id.type() == regular_expression) continue;
    if (places.emplace(id.to_canonical_json(), i).second) ids.push_back(id);
  }
  Document in;
  in.append("$in", Value::array(ids));
  Document filter;
  for (const FileInfo& file : bucket.find(filter.append("_id", Value(in)))) {
    // Numbers of other types are equal to the server.
    const auto place = places.find(file.id().to_canonical_json());
    if (place != places.end()) found[place->second] = file;
  }
}

void find_newest(const Bucket& bucket, std::span<const std::string> names, Found& found) {
  std::map<std::string, std::size_t> places;
  std::set<std::string> wanted;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (util::is_utf8(names[i]) && places.emplace(names[i], i).second) wanted.insert(names[i]);
  }
  FindOptions options;
  options.sort = revision_order();
  // Names of very many revisions are looked up one by one.
  std::size_t rest = 20 * names.size();
  for (const FileInfo& file : bucket.find(names_filter(wanted), options)) {
    if (rest-- == 0) {
      found.assign(found.size(), std::nullopt);
      return;
    }
    const auto place = places.find(file.filename().value_or(""));
    if (place != places.end()) found[place->second] = file;  // the newest comes last
  }
}

}  // namespace

CLI::Option* add_revision_option(CLI::App& command, std::optional<std::int32_t>& revision,
                                 const std::string& description) {
  return add_parsed(command, "--revision", revision, parse_revision, description)->type_name("N");
}

void add_lookup_options(CLI::App& command, LookupOptions& options) {
  add_texts(command, "--name", options.names, "Filenames instead of _ids")->type_name("NAME");
  add_revision_option(command, options.revision,
                      "With --name: 0 the first, 1, 2, ...; -1 the newest, -2 the one before [-1]");
}

void check(const LookupOptions& options) {
  if (options.ids.empty() && options.names.empty()) throw UsageError("an ID, or --name NAME, is required");
  if (!options.ids.empty() && !options.names.empty()) throw UsageError("IDs and --name exclude each other");
  if (options.revision && !options.by_name()) throw UsageError("--revision goes with --name");
}

std::vector<std::optional<FileInfo>> find_files(const Bucket& bucket, const LookupOptions& options, std::size_t begin,
                                                std::size_t count) {
  std::vector<std::optional<FileInfo>> found(count);
  const auto operands = std::span(options.operands()).subspan(begin, count);
  if (options.by_name()) {
    if (options.revision.value_or(-1) == -1) find_newest(bucket, operands, found);
  } else {
    find_by_ids(bucket, operands, found);
  }
  return found;
}

FileInfo find_file(const Bucket& bucket, const LookupOptions& options, std::size_t operand) {
  if (options.by_name()) return bucket.find_by_name(options.names[operand], options.revision.value_or(-1));
  return bucket.find_by_id(parse_id(options.ids[operand]));
}

}  // namespace gridfs::cli
