#include "cli/listing.hpp"

#include <deque>
#include <map>
#include <set>
#include <utility>

#include "cli/name_pattern.hpp"

namespace gridfs::cli {

namespace {

ListedFile listed(FileInfo file) {
  auto name = file.filename();
  return {std::move(file), std::move(name), std::nullopt};
}

class CountedListing : public Listing {
 public:
  explicit CountedListing(FileCursor cursor) : cursor_(std::move(cursor)) {}

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
    if (auto file = cursor_.next()) ahead_ = listed(*std::move(file));
  }

  FileCursor cursor_;
  bool started_ = false;
  std::optional<ListedFile> ahead_;
  std::int64_t revision_ = 0;
};

class LookedUpListing : public Listing {
 public:
  LookedUpListing(const Bucket& bucket, FileCursor cursor) : bucket_(bucket), cursor_(std::move(cursor)) {}

  std::optional<ListedFile> next() override {
    if (page_.empty()) fill();
    if (page_.empty()) return std::nullopt;
    ListedFile file = std::move(page_.front());
    page_.pop_front();
    return file;
  }

 private:
  // By the canonical JSON of their _ids.
  using Places = std::map<std::string, ListedFile*>;

  void fill() {
    constexpr std::size_t files_per_page = 500;
    for (FileInfo& file : cursor_.to_list(files_per_page)) page_.push_back(listed(std::move(file)));
    Places places;
    std::set<std::string> names;
    for (ListedFile& one : page_) {
      if (!one.name) continue;
      names.insert(*one.name);
      places.emplace(one.file.id().to_canonical_json(), &one);
    }
    if (!names.empty()) number(names, places);
  }

  void number(const std::set<std::string>& names, const Places& places) {
    FindOptions options;
    options.sort = revision_order();
    options.projection = revision_order();
    const auto revisions = count_revisions(bucket_.find(names_filter(names), options));
    while (const auto revision = revisions->next()) {
      const auto place = places.find(revision->file.id().to_canonical_json());
      if (place == places.end()) continue;
      place->second->revision = revision->revision;
      place->second->newest = revision->newest;
    }
  }

  const Bucket& bucket_;
  FileCursor cursor_;
  std::deque<ListedFile> page_;
};

}  // namespace

std::unique_ptr<Listing> count_revisions(FileCursor cursor) {
  return std::make_unique<CountedListing>(std::move(cursor));
}

std::unique_ptr<Listing> look_up_revisions(const Bucket& bucket, FileCursor cursor) {
  return std::make_unique<LookedUpListing>(bucket, std::move(cursor));
}

Document revision_order() {
  Document order;
  order.append("filename", Value(std::int32_t{1})).append("uploadDate", Value(std::int32_t{1}));
  return order;
}

}  // namespace gridfs::cli
