#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "transfer/lookup.hpp"
#include "transfer/put/putter.hpp"
#include "transfer/remove/remover.hpp"
#include "transfer/sync/destination.hpp"
#include "util/fs/tree.hpp"

namespace gridfs::transfer {

namespace {

PutSettings put_settings(const SyncSettings& settings) {
  PutSettings put;
  put.checksum = settings.comparison == Comparison::checksum;
  put.preserve = true;
  put.allow_changing = settings.allow_changing;
  put.replace = settings.replace;
  put.bytes_per_second = settings.bytes_per_second;
  put.dry_run = settings.dry_run;
  put.stop = settings.stop;
  return put;
}

class ToBucket : public SyncDestination {
 public:
  ToBucket(const Bucket& bucket, const Bucket& read_back, const SyncSettings& settings, Tally& tally)
      : bucket_(bucket),
        settings_(settings),
        tally_(tally),
        put_settings_(put_settings(settings)),
        putter_(bucket, read_back, put_settings_, tally, true),
        remover_(bucket, tally) {}

  bool transfer(const SyncFile& source, const SyncFile* existing, bool /*may_wait*/) override {
    PutSource file{util::path_below(settings_.directory, source.name), settings_.prefix + source.name};
    if (!settings_.follow_links) file.below = settings_.directory;
    // A clock that was ahead must not leave the older content the newest.
    if (existing != nullptr && existing->stored) file.after = existing->stored->upload_date();
    putter_.put(file);
    return true;
  }

  void keep(const SyncFile& /*source*/) override {}

  void finish() override { putter_.finish(); }

  void settle() noexcept override { putter_.settle(); }

  void remove(const ExtraFiles::File& file) override {
    constexpr std::size_t most_names = 500;
    constexpr std::size_t most_bytes = std::size_t{1} << 20;
    name_bytes_ += file.name.size();
    newest_.emplace(settings_.prefix + file.name, file.time);
    if (newest_.size() >= most_names || name_bytes_ >= most_bytes) remove_revisions();
  }

  void finish_removing() override {
    remove_revisions();
    remover_.flush();
  }

 private:
  // All that are not newer than the newest one that was listed.
  void remove_revisions() {
    const auto newest = std::exchange(newest_, {});
    name_bytes_ = 0;
    if (newest.empty() || tally_.must_stop()) return tally_.skip(newest.size());
    std::set<std::string> names;
    for (const auto& [name, time] : newest) names.insert(name);
    FindOptions options;
    options.exact_text = true;
    try {
      for (const FileInfo& file : bucket_.find(names_filter(names), options)) {
        const auto listed = newest.find(file.filename().value_or(""));
        if (listed != newest.end()) remove(file, listed->second);
      }
    } catch (const Error&) {
      tally_.failed(std::current_exception());
    }
  }

  void remove(const FileInfo& file, DateTime newest_listed) {
    if (file.upload_date().value_or(DateTime::min()) > newest_listed) {
      tally_.listener().note(describe_file(file) + " was stored meanwhile, and stays");
    } else if (settings_.dry_run) {
      tally_.listener().would("remove " + describe_file(file));
    } else {
      remover_.add(file);
    }
  }

  const Bucket& bucket_;
  const SyncSettings& settings_;
  Tally& tally_;
  PutSettings put_settings_;
  Putter putter_;
  Remover remover_;
  std::map<std::string, DateTime> newest_;  // the names to remove
  std::size_t name_bytes_ = 0;
};

}  // namespace

std::unique_ptr<SyncDestination> sync_to_bucket(const Bucket& bucket, const Bucket& read_back,
                                                const SyncSettings& settings, Tally& tally) {
  return std::make_unique<ToBucket>(bucket, read_back, settings, tally);
}

}  // namespace gridfs::transfer
