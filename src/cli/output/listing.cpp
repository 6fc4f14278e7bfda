#include "cli/output/listing.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "gridfs/revisions.hpp"

#include "transfer/lookup.hpp"

namespace gridfs::cli {

namespace {

std::optional<ListedFile> next_of(const Files& files) {
  auto file = files();
  if (!file) return std::nullopt;
  auto name = file->filename();
  return ListedFile{*std::move(file), std::move(name), std::nullopt};
}

void look_up(const Bucket& bucket, std::deque<ListedFile>& page) {
  std::map<Value, ListedFile*> places;
  std::set<std::string> names;
  for (ListedFile& listed : page) {
    if (!listed.name) continue;
    names.insert(*listed.name);
    places.emplace(listed.file.id(), &listed);
  }
  if (names.empty()) return;
  FindOptions options;
  options.projection = name_order();  // the fields of that order
  const auto files = std::make_shared<FilesByName>(bucket, transfer::names_filter(names), options);
  const Listing revisions = count_revisions([files] { return files->next(); });
  while (const auto revision = revisions()) {
    const auto place = places.find(revision->file.id());
    if (place == places.end()) continue;
    place->second->revision = revision->revision;
    place->second->newest = revision->newest;
  }
}

}  // namespace

Listing count_revisions(Files files) {
  std::optional<ListedFile> ahead = next_of(files);
  return [files = std::move(files), ahead = std::move(ahead), revision = std::int64_t{0}]() mutable {
    auto current = std::exchange(ahead, std::nullopt);
    if (!current) return current;
    ahead = next_of(files);
    if (!current->name) return current;
    current->revision = revision;
    current->newest = !ahead || ahead->name != current->name;
    revision = current->newest ? 0 : revision + 1;
    return current;
  };
}

Listing look_up_revisions(const Bucket& bucket, Files files) {
  return [&bucket, files = std::move(files), page = std::deque<ListedFile>()]() mutable {
    constexpr std::size_t files_per_page = 500;
    std::optional<ListedFile> file;
    if (page.empty()) {
      while (page.size() < files_per_page && (file = next_of(files)))
        page.push_back(*std::exchange(file, std::nullopt));
      look_up(bucket, page);
    }
    if (page.empty()) return file;
    file = std::move(page.front());
    page.pop_front();
    return file;
  };
}

}  // namespace gridfs::cli
