#include "transfer/get/get.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"

#include "transfer/distinct_names.hpp"
#include "transfer/file_text.hpp"
#include "transfer/get/batch_getter.hpp"
#include "transfer/get/file_getter.hpp"
#include "transfer/get/local_target.hpp"
#include "transfer/stored_tree.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::transfer {

namespace {

// Whether two files could have the same path: names below one prefix cannot.
bool may_collide(const GetSettings& settings) {
  return settings.recursive ? settings.lookup.names.size() > 1 : settings.lookup.count() != 1;
}

// Fetches what the operands name.
class Getter {
 public:
  Getter(const Bucket& bucket, const GetSettings& settings, Tally& tally)
      : bucket_(bucket),
        settings_(settings),
        tally_(tally),
        batch_(bucket, settings, tally),
        paths_(may_collide(settings), "paths", tally.listener()) {}

  void get(FileInfo file) {
    const LocalTarget target(settings_.output, file);
    if (!take_path(file, target)) return;
    const FileGetter getter(bucket_, settings_, tally_.listener());
    if (getter.skips(file, target)) return;
    if (settings_.dry_run) {
      getter.check(file, target);
      return tally_.listener().would("write " + describe_file(file) + " to " + target.path());
    }
    getter.get(file, target);
    getter.report(file, target);
  }

  // Fetches all operands, whose lookups and contents are requested together.
  void get_all() {
    for_each_file(bucket_, settings_.lookup, tally_, [&](const FileInfo& file) {
      LocalTarget target(settings_.output, file);
      if (take_path(file, target)) batch_.add(file, std::move(target));
    });
    batch_.fetch();
  }

  // Fetches the newest revision of every name below a prefix.
  void get_tree(const std::string& prefix) {
    const StoredTree tree(prefix, StoredTree::Use::transfer, settings_.pattern);
    PathConflicts conflicts;
    try {
      tree.each(bucket_, StoredTree::Revisions::newest, settings_.filter, tally_, [&](const FileInfo& file) {
        try {
          add(file, tree.local_name(*file.filename()), conflicts);
        } catch (...) {
          tally_.failed(std::current_exception(), describe_file(file));
        }
      });
    } catch (const Error& error) {
      batch_.fetch();  // what was listed until then
      constexpr int invalid_pattern = 51'091;
      if (error.server_code() != invalid_pattern) throw;
      throw ConfigurationError("'" + settings_.pattern.value_or("") + "': " + error.server_message());
    }
    batch_.fetch();
  }

 private:
  void add(const FileInfo& file, const std::string& name, PathConflicts& conflicts) {
    LocalTarget target = LocalTarget::below(settings_.output.value_or(""), file, name);
    conflicts.check(file, name);
    if (take_path(file, target)) batch_.add(file, std::move(target));
    conflicts.add(name);
  }

  // With -f, a second file of this command would replace the first. False if it is to be skipped.
  bool take_path(const FileInfo& file, const LocalTarget& target) {
    if (paths_.is_new(target.path())) return true;
    batch_.fetch();
    if (FileGetter(bucket_, settings_, tally_.listener()).skips(file, target)) {
      tally_.succeeded();
      return false;
    }
    throw util::LocalError(describe_file(file),
                           "not fetched: '" + target.path() + "' is the path of an earlier file of this command",
                           EEXIST);
  }

  const Bucket& bucket_;
  const GetSettings& settings_;
  Tally& tally_;
  BatchGetter batch_;
  DistinctNames paths_;
};

}  // namespace

Tally get(const Bucket& bucket, const GetSettings& settings, Listener& listener) {
  Tally tally(listener);
  // Here, so that it is reported once, and not for each file.
  if (settings.recursive && settings.output) check_is_directory(*settings.output);
  Getter getter(bucket, settings, tally);
  if (settings.recursive) {
    for_each_prefix(settings.lookup.names, tally, [&](const std::string& prefix) { getter.get_tree(prefix); });
  } else if (settings.lookup.count() != 1 && !settings.resume) {
    getter.get_all();
  } else {
    const auto get = [&](const FileInfo& file) {
      getter.get(file);
      tally.succeeded();
    };
    for_each_file(bucket, settings.lookup, tally, get, 1);
  }
  return tally;
}

}  // namespace gridfs::transfer
