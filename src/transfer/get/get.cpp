#include "transfer/get/get.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "transfer/get/file_getter.hpp"
#include "transfer/get/local_target.hpp"
#include "transfer/stored_tree.hpp"
#include "util/fs/commit_group.hpp"
#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::transfer {

namespace {

// Fetches files to local targets, many at a time. Their outcomes are reported in the order of adding.
class BatchGetter {
 public:
  BatchGetter(const Bucket& bucket, const GetSettings& settings, Tally& tally)
      : bucket_(bucket),
        settings_(settings),
        tally_(tally),
        getter_(bucket, settings, tally.listener(),
                [this](const util::UniqueFd& directory, const std::string& shown) { syncs_.add(directory, shown); }),
        commits_(getter_.sync_directory()) {}

  // Adds a file; they are fetched when there are many, and before one that has the same target is added. Throws if it
  // cannot be fetched.
  void add(const FileInfo& file, LocalTarget target) {
    if (batch_.paths.contains(target.path())) fetch();
    if (getter_.skips(file, target)) return tally_.succeeded();
    getter_.check(file, target);
    const std::int64_t length = file.length();
    if (settings_.dry_run) {
      tally_.listener().would("write " + describe_file(file) + " to " + target.path());
      return tally_.succeeded();
    }
    batch_.bytes += length;
    batch_.document_bytes += file.document().bytes().size();
    batch_.paths.insert(target.path());
    batch_.wanted.push_back({file, std::move(target), length <= max_small_file, false, nullptr});
    if (batch_.is_full()) fetch();
  }

  // Fetches those that were added.
  void fetch() {
    std::vector<Wanted> wanted = std::exchange(batch_, {}).wanted;
    fetch_small(wanted);
    commits_.commit();
    for (Wanted& one : wanted) {
      if (!one.written) fetch_alone(one);
    }
    conclude(wanted);
  }

 private:
  // A file on its way.
  struct Wanted {
    FileInfo file;
    LocalTarget target;
    bool small = false;
    bool written = false;
    std::exception_ptr error;
  };

  struct Batch {
    std::vector<Wanted> wanted;
    std::set<std::string> paths;
    std::int64_t bytes = 0;
    std::size_t document_bytes = 0;

    // So many that fetching them together is worth it, and so few that they are soon there and take little memory.
    [[nodiscard]] bool is_full() const noexcept {
      constexpr std::size_t most_files = 4'000;
      constexpr std::size_t most_document_bytes = std::size_t{2} << 20;
      constexpr std::int64_t most_bytes = std::int64_t{64} << 20;
      return wanted.size() >= most_files || document_bytes >= most_document_bytes || bytes >= most_bytes;
    }
  };

  void fetch_small(std::vector<Wanted>& wanted) {
    std::vector<FileInfo> files;
    std::vector<Wanted*> small;
    for (Wanted& one : wanted) {
      if (!one.small) continue;
      files.push_back(one.file);
      small.push_back(&one);
    }
    try {
      // Called from several threads, but once for each file.
      bucket_.download_each(files,
                            [&](std::size_t i, std::span<const std::byte> content, const std::exception_ptr& error) {
                              Wanted& one = *small[i];
                              one.error = error;
                              if (!error) write(one, content);
                            });
    } catch (const util::LocalError&) {
      // There is no space for any: reported for the file at which it was noticed.
    } catch (const ServerError& error) {
      tally_.listener().note(std::string(error.what()) + ": fetching them one by one");
    } catch (const Error&) {
      tally_.failed(std::current_exception());
    }
  }

  void write(Wanted& one, std::span<const std::byte> content) {
    try {
      commits_.add(getter_.write(one.file, content, one.target), [&one](const std::exception_ptr& error) {
        one.error = error;
        one.written = !error;
      });
    } catch (...) {
      one.error = std::current_exception();
      if (affects_all(one.error)) throw;
    }
  }

  void fetch_alone(Wanted& one) {
    const bool has_failed = one.error && (!tally_.must_stop() || !affects_all(one.error));
    if (tally_.must_stop() && !has_failed) return tally_.skip();
    try {
      if (tally_.must_stop() || affects_all(one.error)) std::rethrow_exception(one.error);
      getter_.get(one.file, one.target, one.error);
      one.written = true;
    } catch (...) {
      tally_.failed(std::current_exception(), one.file.filename().value_or(describe_file(one.file)));
    }
  }

  void conclude(const std::vector<Wanted>& wanted) {
    try {
      syncs_.flush();
    } catch (const util::LocalError&) {
      return tally_.failed(std::current_exception());
    }
    for (const Wanted& one : wanted) {
      if (!one.written) continue;
      getter_.report(one.file, one.target);
      tally_.succeeded();
    }
  }

  const Bucket& bucket_;
  const GetSettings& settings_;
  Tally& tally_;
  util::DirectorySyncs syncs_;
  FileGetter getter_;
  util::CommitGroup commits_;
  Batch batch_;
};

// Fetches what the operands name.
class Getter {
 public:
  Getter(const Bucket& bucket, const GetSettings& settings, Tally& tally)
      : bucket_(bucket), settings_(settings), tally_(tally), batch_(bucket, settings, tally) {}

  void get(std::size_t operand) {
    FileInfo file = find_file(bucket_, settings_.lookup, operand);
    const LocalTarget target(settings_.output, file);
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
    for_each_file(bucket_, settings_.lookup, tally_,
                  [&](const FileInfo& file) { batch_.add(file, LocalTarget(settings_.output, file)); });
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
    } catch (const Error&) {
      batch_.fetch();  // what was listed until then
      throw;
    }
    batch_.fetch();
  }

 private:
  void add(const FileInfo& file, const std::string& name, PathConflicts& conflicts) {
    LocalTarget target = LocalTarget::below(settings_.output.value_or(""), file, name);
    conflicts.check(file, name);
    batch_.add(file, std::move(target));
    conflicts.add(name);
  }

  const Bucket& bucket_;
  const GetSettings& settings_;
  Tally& tally_;
  BatchGetter batch_;
};

// So that it is reported once, and not for each file.
void check_is_directory(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_directory(status)) {
    throw util::LocalError(path, ENOTDIR);
  }
}

}  // namespace

Tally get(const Bucket& bucket, const GetSettings& settings, Listener& listener) {
  const auto& operands = settings.lookup.operands();
  Tally tally(listener);
  if (settings.recursive && settings.output) check_is_directory(*settings.output);
  Getter getter(bucket, settings, tally);
  if (settings.recursive) {
    for_each_prefix(operands, tally, [&](const std::string& prefix) { getter.get_tree(prefix); });
  } else if (operands.size() > 1 && !settings.resume) {
    getter.get_all();
  } else {
    for_each_operand(operands, tally, [&](std::size_t i) { getter.get(i); });
  }
  return tally;
}

}  // namespace gridfs::transfer
