#include "cli/output/listing.hpp"

#include <deque>
#include <map>
#include <set>
#include <utility>

#include "transfer/lookup.hpp"

namespace gridfs::cli {

namespace {

ListedFile listed(FileInfo file) {
  auto name = file.filename();
  return {std::move(file), std::move(name), std::nullopt};
}

class CountedListing : public Listing {
 public:
  explicit CountedListing(FilesByName files) : files_(std::move(files)) {}

  std::optional<ListedFile> next() override {
    if (!std::exchange(started_, true)) look_ahead();
    if (!ahead_) return std::nullopt;
    ListedFile current = *std::move(ahead_);
    look_ahead();
    if (!current.name) return current;
    current.revision = revision_;
    current.newest = !ahead_ || ahead_->name != current.name;
    revision_ = current.newest ? 0 : revision_ + 1;
    return current;
  }

 private:
  void look_ahead() {
    ahead_.reset();
    if (auto file = files_.next()) ahead_ = listed(*std::move(file));
  }

  FilesByName files_;
  bool started_ = false;
  std::optional<ListedFile> ahead_;
  std::int64_t revision_ = 0;
};

template <typename Files>
class LookedUpListing : public Listing {
 public:
  LookedUpListing(const Bucket& bucket, Files files) : bucket_(bucket), files_(std::move(files)) {}

  std::optional<ListedFile> next() override {
    if (page_.empty()) fill();
    if (page_.empty()) return std::nullopt;
    ListedFile file = std::move(page_.front());
    page_.pop_front();
    return file;
  }

 private:
  using Places = std::map<Value, ListedFile*>;

  void fill() {
    constexpr std::size_t files_per_page = 500;
    while (page_.size() < files_per_page) {
      auto file = files_.next();
      if (!file) break;
      page_.push_back(listed(*std::move(file)));
    }
    Places places;
    std::set<std::string> names;
    for (ListedFile& one : page_) {
      if (!one.name) continue;
      names.insert(*one.name);
      places.emplace(one.file.id(), &one);
    }
    if (!names.empty()) number(names, places);
  }

  void number(const std::set<std::string>& names, const Places& places) {
    FindOptions options;
    options.projection = name_order();  // the fields of that order
    const auto revisions = count_revisions(FilesByName(bucket_, transfer::names_filter(names), options));
    while (const auto revision = revisions->next()) {
      const auto place = places.find(revision->file.id());
      if (place == places.end()) continue;
      place->second->revision = revision->revision;
      place->second->newest = revision->newest;
    }
  }

  const Bucket& bucket_;
  Files files_;
  std::deque<ListedFile> page_;
};

}  // namespace

std::unique_ptr<Listing> count_revisions(FilesByName files) {
  return std::make_unique<CountedListing>(std::move(files));
}

std::unique_ptr<Listing> look_up_revisions(const Bucket& bucket, FileCursor cursor) {
  return std::make_unique<LookedUpListing<FileCursor>>(bucket, std::move(cursor));
}

std::unique_ptr<Listing> look_up_revisions(const Bucket& bucket, FilesByName files) {
  return std::make_unique<LookedUpListing<FilesByName>>(bucket, std::move(files));
}

}  // namespace gridfs::cli
