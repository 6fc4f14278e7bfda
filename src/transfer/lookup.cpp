#include "transfer/lookup.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>
#include <string_view>

#include "gridfs/error.hpp"
#include "gridfs/revisions.hpp"

#include "transfer/file_text.hpp"
#include "transfer/stored_tree.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::transfer {

namespace {

using Found = std::vector<std::optional<FileInfo>>;

std::optional<Value> valid_id(const std::string& operand) {
  try {
    return parse_id(operand);
  } catch (const ConfigurationError&) {
    return std::nullopt;
  }
}

Document any_of(std::string_view field, const std::vector<Value>& values) {
  return Document().append(field, Value(Document().append("$in", Value::array(values))));
}

void find_by_ids(const Bucket& bucket, std::span<const std::string> operands, Found& found) {
  std::map<Value, std::size_t> places;
  std::vector<Value> ids;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const auto parsed = valid_id(operands[i]);
    if (!parsed) continue;
    const Value& id = *parsed;
    if (!id.fits_in_list()) continue;
    if (places.emplace(id, i).second) ids.push_back(id);
  }
  for (const FileInfo& file : bucket.find(any_of("_id", ids))) {
    // Numbers of other types are equal to the server.
    const auto place = places.find(file.id());
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
  options.exact_text = true;
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

// Those files of some operands that one query finds; of names the newest revisions alone. It may miss files that
// find_file() finds.
Found find_files(const Bucket& bucket, const Lookup& lookup, std::size_t begin, std::size_t count, Tally& tally) {
  Found found(count);
  if (tally.must_stop() || count == 1) return found;
  const auto operands = std::span(lookup.operands()).subspan(begin, count);
  try {
    if (!lookup.by_name()) {
      find_by_ids(bucket, operands, found);
    } else if (lookup.newest_by_name()) {
      find_newest(bucket, operands, found);
    }
  } catch (const ServerError& error) {
    tally.listener().note(std::string(error.what()) + ": looking them up one by one");
  } catch (const Error&) {
    tally.failed(std::current_exception());
  }
  return found;
}

// Of each name that a glob matches, the revision that is wanted.
void take_matches(const Bucket& bucket, const Lookup& lookup, const std::string& glob, Tally& tally,
                  const std::function<void(const FileInfo&)>& take) {
  for_each_match(bucket, glob, StoredTree::Revisions::newest, tally, [&](const FileInfo& file) {
    const std::string name = file.filename().value();
    try {
      take(lookup.newest_by_name() ? file : bucket.find_by_name(name, lookup.revision.value()));
    } catch (...) {
      tally.failed(std::current_exception(), name);
    }
  });
}

}  // namespace

Document names_filter(const std::set<std::string>& names) { return any_of("filename", {names.begin(), names.end()}); }

std::set<std::string> existing_names(const Bucket& bucket, const std::set<std::string>& names) {
  std::set<std::string> possible;
  std::copy_if(names.begin(), names.end(), std::inserter(possible, possible.end()), util::is_utf8);
  std::set<std::string> found;
  if (possible.empty()) return found;
  FindOptions options;
  options.exact_text = true;
  options.projection = Document().append("filename", Value(std::int32_t{1}));
  for (const FileInfo& file : bucket.find(names_filter(possible), options)) {
    found.insert(file.filename().value_or(""));
    if (found.size() == possible.size()) break;
  }
  return found;
}

bool matches_by_glob(const Bucket& bucket, const Lookup& lookup, std::size_t operand) {
  const std::string& name = lookup.operands()[operand];
  return lookup.may_match_many(name) && util::is_utf8(name) && !is_found([&] { return bucket.find_by_name(name); });
}

void for_each_file(const Bucket& bucket, const Lookup& lookup, Tally& tally,
                   const std::function<void(const FileInfo&)>& take, std::size_t at_once) {
  const auto& operands = lookup.operands();
  for (std::size_t begin = 0; begin < operands.size(); begin += at_once) {
    const auto found = find_files(bucket, lookup, begin, std::min(at_once, operands.size() - begin), tally);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (tally.must_stop()) {
        tally.skip();
        continue;
      }
      try {
        if (found[i]) {
          take(*found[i]);
        } else if (matches_by_glob(bucket, lookup, begin + i)) {
          take_matches(bucket, lookup, operands[begin + i], tally, take);
        } else {
          take(find_file(bucket, lookup, begin + i));
        }
      } catch (...) {
        tally.failed(std::current_exception(), operands[begin + i]);
      }
    }
  }
}

FileInfo find_file(const Bucket& bucket, const Lookup& lookup, std::size_t operand) {
  if (lookup.by_name()) return bucket.find_by_name(lookup.names[operand], lookup.revision.value_or(-1));
  return bucket.find_by_id(parse_id(lookup.ids[operand]));
}

}  // namespace gridfs::transfer
