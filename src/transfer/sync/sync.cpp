#include "transfer/sync/sync.hpp"

#include <cerrno>
#include <filesystem>
#include <utility>

#include "gridfs/error.hpp"

#include "transfer/attributes.hpp"
#include "transfer/checksum.hpp"
#include "transfer/file_text.hpp"
#include "transfer/stored_tree.hpp"
#include "transfer/sync/destination.hpp"
#include "transfer/sync/extra_files.hpp"
#include "util/fs/input.hpp"
#include "util/fs/temporary_file.hpp"
#include "util/fs/tree.hpp"
#include "util/text/units.hpp"

namespace gridfs::transfer {

namespace {

using Direction = SyncPlan::Direction;

// Whether a path was removed since its directory was read, or is below one that was.
bool has_vanished(const util::LocalError& failure) { return failure.error() == ENOENT || failure.error() == ENOTDIR; }

class Sync {
 public:
  Sync(const Bucket& bucket, const Bucket& read_back, const SyncSettings& settings, Tally& tally)
      : bucket_(bucket),
        settings_(settings),
        tally_(tally),
        to_bucket_(settings.direction == Direction::to_bucket),
        destination_(to_bucket_ ? sync_to_bucket(bucket, read_back, settings, tally)
                                : sync_to_directory(bucket, settings, tally)) {}

  void run() {
    try {
      if (!transfer_files()) return;
      remove_extra();
      transfer_waiting();
    } catch (...) {
      destination_->settle();
      throw;
    }
  }

 private:
  // Whether both listings were complete.
  bool transfer_files() {
    open_directory();
    SyncPlan plan(settings_.direction, settings_.filter, [this] { return next_local(); },
                  {.is_same = [this](auto& source, auto& destination) { return is_same(source, destination); },
                   .transfer = [this](auto& source, auto* existing) { transfer(source, existing); },
                   .keep = [this](auto& source) { keep(source); },
                   .extra = [this](auto& destination) { add_extra(destination); }});
    const bool is_listed = list_stored(plan);
    if (is_listed) plan.finish();
    destination_->finish();
    source_files_ = plan.source_files();
    return is_listed;
  }

  void open_directory() {
    const std::string& directory = settings_.directory;
    check_is_directory(directory);
    std::error_code error;
    const bool is_missing = std::filesystem::status(directory, error).type() == std::filesystem::file_type::not_found;
    if (is_missing && to_bucket_) throw util::LocalError(directory, ENOENT);
    if (is_missing) return;
    local_.emplace(
        directory, [this](const auto& failure) { not_read(failure); },
        settings_.follow_links ? util::TreeWalk::Links::follow : util::TreeWalk::Links::skip,
        [this](const auto& below) { return settings_.filter.excludes_all_below(below); });
  }

  void not_read(const util::LocalError& failure) {
    // What a destination does not have any more need not be deleted. The last pass itself removes directories.
    if (to_bucket_ || !has_vanished(failure)) tally_.failed(std::make_exception_ptr(failure));
  }

  std::optional<SyncFile> next_local() {
    const auto file = local_ && !tally_.must_stop() ? local_->next() : std::nullopt;
    if (!file) return std::nullopt;
    if (to_bucket_ && !file->other.empty() && settings_.filter.accepts_name(file->name)) {
      tally_.listener().skipped(file->path, file->other);
    }
    // At the destination it is a file like any other if one of that very name is stored, and is kept if not.
    const bool is_file = !to_bucket_ && util::is_temporary(file->name);
    return SyncFile{file->name, file->size, file->modified, is_file ? "" : file->other, std::nullopt};
  }

  bool list_stored(SyncPlan& plan) {
    try {
      StoredTree(settings_.prefix).each(bucket_, StoredTree::Revisions::newest, {}, tally_, [&](const FileInfo& file) {
        plan.stored(stored_file(file));
      });
      return !tally_.must_stop();
    } catch (const FileNotFound&) {
      if (to_bucket_) return true;
      tally_.failed(std::current_exception());
    } catch (const Error&) {
      tally_.failed(std::current_exception());
    }
    return false;
  }

  SyncFile stored_file(const FileInfo& file) {
    constexpr std::int64_t unknown = -1;  // is the size of no local file
    SyncFile stored{
        file.filename().value().substr(settings_.prefix.size()), unknown, stored_attributes(file).modified, {}, file};
    try {
      stored.size = file.length();
    } catch (const CorruptFile&) {
      if (to_bucket_) return stored;
      tally_.failed(std::current_exception(), describe_file(file));
      stored.other = "a damaged file";
    }
    return stored;
  }

  bool is_same(const SyncFile& source, const SyncFile& destination) const {
    if (!transfer::is_same(source, destination, settings_.comparison)) return false;
    if (settings_.comparison != Comparison::checksum) return true;
    const auto checksum = stored_sha256(*(to_bucket_ ? destination : source).stored);
    try {
      if (!checksum) return false;
      const std::string path = util::path_below(settings_.directory, source.name);
      auto input =
          settings_.follow_links ? util::Input::open(path) : util::Input::open_below(settings_.directory, path);
      return checksum == sha256_of_input(std::move(input), settings_.stop);
    } catch (const util::LocalError&) {
      return false;  // the transfer will meet the same failure, or replace the file
    }
  }

  void transfer(const SyncFile& source, const SyncFile* existing) {
    if (!destination_->transfer(source, existing, !is_last_pass_)) ++waiting_;
  }

  // Files that have a place only now, found by listing once more: there are few, if any.
  void transfer_waiting() {
    if (waiting_ == 0 || tally_.must_stop()) return tally_.skip(static_cast<std::size_t>(waiting_));
    if (tally_.any_failed()) {
      return tally_.listener().data_warning(util::count_of(waiting_, "file") +
                                            " not written: what is to be deleted is in the way");
    }
    is_last_pass_ = true;
    transfer_files();
  }

  void keep(const SyncFile& source) {
    destination_->keep(source);
    if (is_last_pass_) return;
    tally_.listener().unchanged();
    tally_.succeeded();
  }

  void add_extra(const SyncFile& file) {
    if (!settings_.remove_extra || is_last_pass_) return;
    if (!to_bucket_ && util::is_temporary(file.name)) return;  // a download may be under way
    const auto time = file.stored ? file.stored->upload_date() : file.modified;
    extra_.add({file.name, time.value_or(DateTime::min())});
  }

  void remove_extra() {
    const std::int64_t count = extra_.count();
    if (count == 0 && source_files_ == 0 && !tally_.any_failed()) {
      tally_.listener().data_warning("the source has no files");
    }
    if (count == 0) return;
    const std::string files = util::count_of(count, "file");
    if (tally_.any_failed()) return tally_.listener().data_warning(files + " not deleted, because of the errors above");
    if (source_files_ == 0) return refuse("the source has no files: " + files + " not deleted");
    const bool too_many = settings_.most_removed && count > *settings_.most_removed;
    if (!too_many || settings_.dry_run) {
      extra_.each([this](const auto& file) { destination_->remove(file); });
      destination_->finish_removing();
    }
    if (too_many) {
      refuse(files + " to delete, and the limit is " + std::to_string(*settings_.most_removed) + ": nothing deleted");
    }
  }

  void refuse(const std::string& reason) { tally_.failed(std::make_exception_ptr(Error(reason))); }

  const Bucket& bucket_;
  const SyncSettings& settings_;
  Tally& tally_;
  bool to_bucket_;
  std::unique_ptr<SyncDestination> destination_;
  std::optional<util::TreeWalk> local_;
  ExtraFiles extra_;
  std::int64_t source_files_ = 0;
  std::int64_t waiting_ = 0;
  bool is_last_pass_ = false;
};

}  // namespace

Tally sync(const Bucket& bucket, const Bucket& read_back, const SyncSettings& settings, Listener& listener) {
  Tally tally(listener);
  Sync(bucket, read_back, settings, tally).run();
  return tally;
}

}  // namespace gridfs::transfer
