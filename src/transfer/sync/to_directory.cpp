#include <cerrno>
#include <exception>
#include <string>
#include <utility>

#include "transfer/file_text.hpp"
#include "transfer/get/batch_getter.hpp"
#include "transfer/get/local_target.hpp"
#include "transfer/sync/destination.hpp"
#include "util/fs/local_error.hpp"
#include "util/fs/target.hpp"
#include "util/fs/tree.hpp"

namespace gridfs::transfer {

namespace {

GetSettings get_settings(const SyncSettings& settings) {
  GetSettings get;
  get.lookup.names = {settings.prefix};  // the newest revisions are wanted
  get.recursive = true;
  get.force = true;
  get.preserve = true;
  get.bytes_per_second = settings.bytes_per_second;
  get.dry_run = settings.dry_run;
  get.stop = settings.stop;
  return get;
}

class ToDirectory : public SyncDestination {
 public:
  ToDirectory(const Bucket& bucket, const SyncSettings& settings, Tally& tally)
      : settings_(settings),
        tally_(tally),
        get_settings_(get_settings(settings)),
        getter_(bucket, get_settings_, tally) {}

  bool transfer(const SyncFile& source, const SyncFile* existing, bool may_wait) override {
    try {
      LocalTarget target = LocalTarget::below(settings_.directory, *source.stored, source.name);
      conflicts_.check(*source.stored, source.name);
      if (existing != nullptr && !existing->other.empty()) {
        throw util::LocalError(target.path(), existing->other + " is in the way", EEXIST);
      }
      const bool is_blocked = settings_.remove_extra && target.is_blocked();
      if (is_blocked && may_wait && !settings_.dry_run) return false;
      if (is_blocked && settings_.dry_run) {
        getter_.plan(*source.stored, target);  // what would be deleted is taken to make room
      } else {
        if (is_blocked) util::remove_empty_directories(target.path());
        getter_.add(*source.stored, std::move(target));
      }
      conflicts_.add(source.name);
    } catch (...) {
      tally_.failed(std::current_exception(), describe_file(*source.stored));
    }
    return true;
  }

  void keep(const SyncFile& source) override { conflicts_.add(source.name); }

  void finish() override { getter_.fetch(); }

  void settle() noexcept override {}

  void remove(const ExtraFiles::File& file) override {
    if (tally_.must_stop()) return tally_.skip();
    const std::string path = util::path_below(settings_.directory, file.name);
    if (const auto reason = util::unsafe_name_reason(file.name)) return tally_.listener().skipped(path, *reason);
    if (settings_.dry_run) return tally_.listener().would("remove " + path);
    tally_.attempt(path, [&] { remove(file, path); });
  }

  void finish_removing() override {}

 private:
  void remove(const ExtraFiles::File& file, const std::string& path) {
    try {
      if (util::remove_below(settings_.directory, file.name, file.time)) {
        tally_.listener().removed_local(path);
      } else {
        tally_.listener().note(path + " was changed meanwhile, and stays");
      }
    } catch (const util::LocalError& error) {
      if (error.error() != ENOENT) throw;
      tally_.listener().note(path + " was removed meanwhile");
    }
  }

  const SyncSettings& settings_;
  Tally& tally_;
  GetSettings get_settings_;
  BatchGetter getter_;
  PathConflicts conflicts_;
};

}  // namespace

std::unique_ptr<SyncDestination> sync_to_directory(const Bucket& bucket, const SyncSettings& settings, Tally& tally) {
  return std::make_unique<ToDirectory>(bucket, settings, tally);
}

}  // namespace gridfs::transfer
