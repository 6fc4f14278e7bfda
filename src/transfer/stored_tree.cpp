#include "transfer/stored_tree.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "gridfs/error.hpp"
#include "gridfs/revisions.hpp"

#include "transfer/file_text.hpp"

namespace gridfs::transfer {

namespace {

// Names from one on and before another; an empty one is no bound. If both are the same, that name.
Document names_between(const std::string& from, const std::string& to) {
  Document filter;
  if (!from.empty() && from == to) return filter.append("filename", Value(from));
  Document range;
  if (!from.empty()) range.append("$gte", Value(from));
  if (!to.empty()) range.append("$lt", Value(to));
  return range.empty() ? filter : filter.append("filename", Value(range));
}

// All files whose names are names_between(), in the order of revisions. Between two files, the server may close the
// idle cursor or connection: then the listing continues with a new query.
class NamesInOrder {
 public:
  NamesInOrder(const Bucket& bucket, std::string from, std::string to)
      : bucket_(bucket), from_(std::move(from)), to_(std::move(to)), files_(query()) {}

  // After a new query, the revisions of the last name come again.
  std::optional<FileInfo> next() {
    try {
      return noted(files_.next());
    } catch (const ConnectionError&) {
      if (!may_go_on()) throw;
    } catch (const ServerError& error) {
      constexpr int cursor_not_found = 43;
      constexpr int cursor_killed = 237;
      if ((error.server_code() != cursor_not_found && error.server_code() != cursor_killed) || !may_go_on()) throw;
    }
    from_ = last_;
    files_ = query();
    return noted(files_.next());
  }

 private:
  [[nodiscard]] FilesByName query() const {
    FindOptions options;
    options.batch_size = 1'000;
    return {bucket_, names_between(from_, to_), options};
  }

  [[nodiscard]] bool may_go_on() const { return !last_.empty() && last_ != from_; }

  std::optional<FileInfo> noted(std::optional<FileInfo> file) {
    if (file) last_ = file->filename().value_or("");
    return file;
  }

  const Bucket& bucket_;
  std::string from_;
  std::string to_;
  std::string last_;
  FilesByName files_;
};

bool passes(const FileFilter& filter, const FileInfo& file, const std::string& name) {
  if (!filter.accepts_name(name)) return false;
  if ((filter.min_size || filter.max_size) && !filter.accepts_size(file.length())) return false;
  if (!filter.min_age && !filter.max_age) return true;
  const auto date = file.upload_date();
  return date && filter.accepts_time(std::chrono::floor<std::chrono::seconds>(*date));
}

}  // namespace

void StoredTree::each(const Bucket& bucket, Revisions revisions, const FileFilter& filter, Tally& tally,
                      const std::function<void(const FileInfo&)>& take) const {
  bool found_any = false;
  const auto consider = [&](const FileInfo& file) {
    const auto name = file.filename();
    if (!name) return tally.listener().skipped(describe_file(file), "it has no name");
    if (!name->starts_with(prefix_)) return;  // a server may have an order of its own
    try {
      if (!passes(filter, file, *name)) return;
    } catch (const CorruptFile&) {
      found_any = true;
      return tally.failed(std::current_exception(), describe_file(file));
    }
    found_any = true;
    take(file);
  };
  const auto take_between = [&](const std::string& from, const std::string& to) {
    NamesInOrder files(bucket, from, to);
    std::optional<FileInfo> newest;  // so far, of its name
    while (!tally.must_stop()) {
      std::optional<FileInfo> file = files.next();
      if (revisions == Revisions::newest) std::swap(file, newest);
      const bool is_meant = file && (revisions == Revisions::all || !newest || !file->filename() ||
                                     file->filename() != newest->filename());
      if (is_meant) consider(*file);
      if (revisions == Revisions::newest ? !newest : !file) return;
    }
  };
  if (prefix_.empty()) {
    take_between("", "");
  } else {
    const bool ends_in_slash = prefix_.ends_with('/');
    const std::string directory = ends_in_slash ? prefix_.substr(0, prefix_.size() - 1) : prefix_;
    if (!ends_in_slash) take_between(prefix_, prefix_);
    constexpr char behind_slash = '/' + 1;
    take_between(directory + '/', directory + behind_slash);
  }
  if (!found_any && !tally.must_stop()) {
    const std::string what = filter.is_given() ? "no such file that passes the filters" : "no such file";
    throw FileNotFound((prefix_.empty() ? "'" + prefix_ + "'" : prefix_) + ": " + what);
  }
}

std::string StoredTree::local_name(const std::string& stored_name) const {
  const auto slash = prefix_.rfind('/');
  return slash == std::string::npos ? stored_name : stored_name.substr(slash + 1);
}

void for_each_prefix(const std::vector<std::string>& prefixes, Tally& tally,
                     const std::function<void(const std::string&)>& step) {
  for (const std::string& prefix : prefixes) {
    try {
      step(prefix);
    } catch (...) {
      tally.failed(std::current_exception());
    }
    if (tally.must_stop()) return;
  }
}

}  // namespace gridfs::transfer
