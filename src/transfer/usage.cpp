#include "transfer/usage.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "transfer/stored_tree.hpp"

namespace gridfs::transfer {

namespace {

// Takes files in the order of their names.
class Directories {
 public:
  Directories(const UsageSettings& settings, const std::function<void(const Usage&)>& report)
      : depth_(settings.depth), report_(report), open_{{settings.prefix}} {
    // `photos` is the directory photos/ as well as the file photos.
    const bool needs_slash = !settings.prefix.empty() && !settings.prefix.ends_with('/');
    first_ = settings.prefix.size() + (needs_slash ? 1 : 0);
  }

  void add(const std::string& name, std::int64_t bytes) {
    while (open_.size() > 1 && !name.starts_with(open_.back().prefix)) close();
    while (open_.size() <= depth_) {
      const auto slash = name.find('/', open_.size() == 1 ? first_ : open_.back().prefix.size());
      if (slash == std::string::npos) break;
      open_.push_back({name.substr(0, slash + 1)});
    }
    for (Usage& usage : open_) {
      ++usage.files;
      usage.bytes += bytes;
    }
  }

  void end() {
    while (!open_.empty()) close();
  }

 private:
  void close() {
    report_(open_.back());
    open_.pop_back();
  }

  std::size_t depth_;
  std::size_t first_;  // where the part of a name below the prefix begins
  const std::function<void(const Usage&)>& report_;
  std::vector<Usage> open_;  // the prefix, and the directories that the last file was in
};

}  // namespace

Tally measure_usage(const Bucket& bucket, const UsageSettings& settings,
                    const std::function<void(const Usage&)>& report, Listener& listener) {
  Tally tally(listener);
  Directories directories(settings, report);
  const auto revisions = settings.all_revisions ? StoredTree::Revisions::all : StoredTree::Revisions::newest;
  try {
    const StoredTree tree(settings.prefix, StoredTree::Use::listing);
    tree.each(bucket, revisions, {}, tally, [&](const FileInfo& file) {
      try {
        directories.add(file.filename().value_or(""), file.length());
        tally.succeeded();
      } catch (const CorruptFile&) {
        tally.failed(std::current_exception(), describe_file(file));
      }
    });
    if (!tally.must_stop()) directories.end();
  } catch (...) {
    tally.failed(std::current_exception(), settings.prefix);
  }
  return tally;
}

}  // namespace gridfs::transfer
