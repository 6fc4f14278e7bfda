#include "transfer/candidates.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "transfer/file_text.hpp"
#include "util/text/glob.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::transfer {

namespace {

constexpr std::int64_t names_per_query = 100;

// In their order, from `from` on, with each of their revisions.
std::vector<std::string> names_from(const Bucket& bucket, const std::string& start, const std::string& from) {
  Document range;
  range.append("$gte", Value(from));
  if (!start.empty()) range.append("$regex", Value(util::prefix_regex(start)));
  FindOptions options;
  options.projection = Document().append("filename", Value(std::int32_t{1})).append("_id", Value(std::int32_t{0}));
  options.sort = Document().append("filename", Value(std::int32_t{1}));
  options.limit = names_per_query;
  options.exact_text = true;
  std::vector<std::string> names;
  for (const FileInfo& file : bucket.find(Document().append("filename", Value(range)), options)) {
    if (auto name = file.filename()) names.push_back(*std::move(name));
  }
  return names;
}

// Those that are ObjectIds or text. Of other types none begins like this, or the server cannot tell.
Document ids_filter(const std::string& start) {
  if (start.empty()) return {};
  std::vector<Value> choices;
  const auto add = [&](const Document& range) { choices.emplace_back(Document().append("_id", Value(range))); };
  add(Document().append("$regex", Value(util::prefix_regex(start))));
  constexpr std::size_t digits = 24;
  if (start.size() <= digits &&
      std::all_of(start.begin(), start.end(), [](unsigned char c) { return std::isxdigit(c) != 0; })) {
    const auto filled = [&](char digit) { return parse_id(start + std::string(digits - start.size(), digit)); };
    add(Document().append("$gte", filled('0')).append("$lte", filled('f')));
  }
  return Document().append("$or", Value::array(choices));
}

}  // namespace

std::vector<std::string> name_candidates(const Bucket& bucket, const std::string& start, Level level,
                                         std::size_t most) {
  std::vector<std::string> found;
  if (!util::is_utf8(start)) return found;
  std::string from = start;
  for (bool is_last = false; !is_last;) {
    const auto names = names_from(bucket, start, from);
    is_last = names.size() < names_per_query;
    for (const std::string& name : names) {
      if (name < from) continue;
      const auto slash = name.find('/', start.size());
      const bool is_directory = slash != std::string::npos;
      from = is_directory ? name.substr(0, slash + 1) : name;
      if (is_directory || level == Level::names_and_directories) found.push_back(from);
      if (found.size() == most) return found;
      if (is_directory) {
        from.back() = '/' + 1;  // behind all that is in it
      } else {
        from += '\x01';  // behind its other revisions
      }
    }
  }
  return found;
}

std::vector<IdCandidate> id_candidates(const Bucket& bucket, const std::string& start, std::size_t most) {
  std::vector<IdCandidate> found;
  if (!util::is_utf8(start)) return found;
  FindOptions options;
  options.projection = Document().append("filename", Value(std::int32_t{1}));
  options.sort = Document().append("_id", Value(std::int32_t{-1}));
  options.limit = static_cast<std::int64_t>(most);
  options.exact_text = true;
  for (const FileInfo& file : bucket.find(ids_filter(start), options)) {
    std::string id = format_id(file.id());
    if (id.starts_with(start)) found.push_back({std::move(id), file.filename().value_or("")});
  }
  return found;
}

}  // namespace gridfs::transfer
