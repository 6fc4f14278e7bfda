#include "transfer/stored_tree.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "gridfs/error.hpp"
#include "gridfs/revisions.hpp"

#include "transfer/file_text.hpp"
#include "util/text/glob.hpp"

namespace gridfs::transfer {

namespace {

struct Range {
  std::string from;
  std::string to;
};

// Names from one on and before another; an empty one is no bound. If both are the same, that name.
Document names_in(const Range& range, const std::optional<std::string>& pattern) {
  Document bounds;
  if (!range.from.empty() && range.from == range.to) {
    bounds.append("$eq", Value(range.from));
  } else {
    if (!range.from.empty()) bounds.append("$gte", Value(range.from));
    if (!range.to.empty()) bounds.append("$lt", Value(range.to));
  }
  if (pattern) bounds.append("$regex", Value(*pattern));
  return bounds.empty() ? Document() : Document().append("filename", Value(bounds));
}

// What a prefix means.
std::vector<Range> ranges_of(const std::string& prefix) {
  if (prefix.empty()) return {Range{}};
  const bool ends_in_slash = prefix.ends_with('/');
  const std::string directory = ends_in_slash ? prefix.substr(0, prefix.size() - 1) : prefix;
  constexpr char behind_slash = '/' + 1;
  std::vector<Range> ranges{{directory + '/', directory + behind_slash}};
  if (!ends_in_slash) ranges.insert(ranges.begin(), {prefix, prefix});
  return ranges;
}

enum class Order { ascending = 1, descending = -1 };

// All files whose names are in a range, in the order of revisions or the reverse. Between two files, the server may
// close the idle cursor or connection: then the listing continues with a new query.
class NamesInOrder {
 public:
  // The fields of the files are those of `projection`, or all.
  NamesInOrder(const Bucket& bucket, Range range, std::optional<std::string> pattern, Order order,
               std::optional<Document> projection)
      : bucket_(bucket),
        range_(std::move(range)),
        pattern_(std::move(pattern)),
        order_(order),
        projection_(std::move(projection)),
        files_(query()) {}

  std::optional<FileInfo> next() {
    try {
      return noted(next_new());
    } catch (const ConnectionError&) {
      if (!may_go_on()) throw;
    } catch (const ServerError& error) {
      constexpr int cursor_not_found = 43;
      constexpr int cursor_killed = 237;
      if ((error.server_code() != cursor_not_found && error.server_code() != cursor_killed) || !may_go_on()) throw;
    }
    if (order_ == Order::ascending) {
      range_.from = *last_;
    } else {
      range_.to = *last_ + '\0';  // the least that is behind it
    }
    may_repeat_ = true;
    has_new_ = false;
    files_ = query();
    return noted(next_new());
  }

  // Whether the file that next() has returned is the first of its name.
  [[nodiscard]] bool starts_name() const noexcept { return starts_name_; }

 private:
  [[nodiscard]] FilesByName query() const {
    FindOptions options;
    options.batch_size = 1'000;
    options.projection = projection_;
    return {bucket_, names_in(range_, pattern_), options, static_cast<std::int32_t>(order_)};
  }

  [[nodiscard]] bool may_go_on() const { return has_new_ && last_ && !last_->empty(); }

  // After a new query, the revisions of the last name come again.
  std::optional<FileInfo> next_new() {
    auto file = files_.next();
    while (may_repeat_ && file && file->filename() == last_ && has_been_returned(*file)) file = files_.next();
    may_repeat_ = may_repeat_ && file && file->filename() == last_;
    return file;
  }

  // A revision of the last name, or one that has come meanwhile in between.
  [[nodiscard]] bool has_been_returned(const FileInfo& file) const {
    const auto date = file.upload_date();
    if (date == last_date_) return ids_of_last_date_.contains(file.id());
    return order_ == Order::ascending ? date < last_date_ : date > last_date_;
  }

  std::optional<FileInfo> noted(std::optional<FileInfo> file) {
    if (!file) return file;
    auto name = file->filename();
    const auto date = file->upload_date();
    starts_name_ = name != last_;
    if (starts_name_ || date != last_date_) ids_of_last_date_.clear();
    ids_of_last_date_.insert(file->id());
    last_ = std::move(name);
    last_date_ = date;
    has_new_ = true;
    return file;
  }

  const Bucket& bucket_;
  Range range_;
  std::optional<std::string> pattern_;
  Order order_;
  std::optional<Document> projection_;
  // What was returned last.
  std::optional<std::string> last_;
  std::optional<DateTime> last_date_;
  std::set<Value> ids_of_last_date_;
  bool has_new_ = false;  // since the query
  bool may_repeat_ = false;
  bool starts_name_ = false;
  FilesByName files_;
};

bool passes(const FileFilter& filter, const FileInfo& file, const std::string& name) {
  if (!filter.accepts_name(name)) return false;
  if ((filter.min_size || filter.max_size) && !filter.accepts_size(file.length())) return false;
  if (!filter.min_age && !filter.max_age) return true;
  const auto date = file.upload_date();
  return date && filter.accepts_time(std::chrono::floor<std::chrono::seconds>(*date));
}

// The same; a damaged files document, which does not, is a failure.
bool passes(const FileFilter& filter, const FileInfo& file, const std::string& name, Tally& tally) {
  try {
    return passes(filter, file, name);
  } catch (const CorruptFile&) {
    tally.failed(std::current_exception(), describe_file(file));
    return false;
  }
}

// The fields of a listing.
Document listed_fields() {
  Document fields;
  for (const char* field : {"filename", "length", "uploadDate"}) fields.append(field, Value(std::int32_t{1}));
  return fields;
}

[[noreturn]] void throw_not_found(const std::string& prefix, const std::optional<std::string>& pattern) {
  throw FileNotFound((prefix.empty() ? "'" + pattern.value_or("") + "'" : prefix) + ": no such file");
}

}  // namespace

void StoredTree::each(const Bucket& bucket, Revisions revisions, const FileFilter& filter, Tally& tally,
                      const std::function<void(const FileInfo&)>& take) const {
  bool found_any = prefix_.empty() && use_ == Use::listing;
  const auto consider = [&](const FileInfo& file) {
    const auto name = file.filename();
    if (!name && use_ == Use::listing) return take(file);
    if (!name) return tally.listener().skipped(describe_file(file), "it has no name");
    if (!name->starts_with(prefix_)) return;  // a server may have an order of its own
    found_any = true;
    if (passes(filter, file, *name, tally)) take(file);
  };
  for (const Range& range : ranges_of(prefix_)) {
    NamesInOrder files(bucket, range, pattern_, Order::ascending,
                       use_ == Use::listing ? std::optional(listed_fields()) : std::nullopt);
    std::optional<FileInfo> newest;  // so far, of its name
    while (!tally.must_stop()) {
      std::optional<FileInfo> file = files.next();
      if (revisions == Revisions::newest) std::swap(file, newest);
      const bool is_meant = file && (revisions == Revisions::all || !newest || !file->filename() ||
                                     file->filename() != newest->filename());
      if (is_meant) consider(*file);
      if (revisions == Revisions::newest ? !newest : !file) break;
    }
  }
  if (!found_any && !tally.must_stop()) throw_not_found(prefix_, pattern_);
}

void StoredTree::each_from_newest(const Bucket& bucket, const FileFilter& filter, Tally& tally,
                                  const std::function<void(const FileInfo&, bool)>& take) const {
  bool found_any = prefix_.empty();
  for (const Range& range : ranges_of(prefix_)) {
    NamesInOrder files(bucket, range, pattern_, Order::descending, listed_fields());
    bool starts_name = false;
    while (!tally.must_stop()) {
      const auto file = files.next();
      if (!file) break;
      starts_name = starts_name || files.starts_name();
      const auto name = file->filename();
      if (!name || !name->starts_with(prefix_)) continue;
      found_any = true;
      if (passes(filter, *file, *name, tally)) take(*file, std::exchange(starts_name, false));
    }
  }
  if (!found_any && !tally.must_stop()) throw_not_found(prefix_, pattern_);
}

std::string StoredTree::local_name(const std::string& stored_name) const {
  const auto slash = prefix_.rfind('/');
  return slash == std::string::npos ? stored_name : stored_name.substr(slash + 1);
}

void for_each_match(const Bucket& bucket, const std::string& glob, StoredTree::Revisions revisions, Tally& tally,
                    const std::function<void(const FileInfo&)>& take) {
  const auto use = revisions == StoredTree::Revisions::all ? StoredTree::Use::listing : StoredTree::Use::transfer;
  bool found = false;
  try {
    const util::Glob pattern(glob);
    StoredTree("", use, pattern.regex()).each(bucket, revisions, {}, tally, [&](const FileInfo& file) {
      const auto name = file.filename();
      if (!name || !pattern.matches(*name)) return;  // what is removed is not for the server to choose
      found = true;
      take(file);
    });
  } catch (const std::invalid_argument& error) {
    throw ConfigurationError("'" + glob + "': " + error.what());
  } catch (const FileNotFound&) {
    if (found) throw;
  }
  if (!found && !tally.must_stop()) throw FileNotFound(glob + ": no such file");
}

void for_each_prefix(const std::vector<std::string>& prefixes, Tally& tally,
                     const std::function<void(const std::string&)>& step) {
  for (const std::string& prefix : prefixes) {
    try {
      step(prefix);
    } catch (...) {
      tally.failed(std::current_exception(), prefix);
    }
    if (tally.must_stop()) return;
  }
}

}  // namespace gridfs::transfer
