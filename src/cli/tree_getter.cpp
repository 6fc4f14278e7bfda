#include "cli/tree_getter.hpp"

#include <cerrno>
#include <exception>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"

#include "cli/download_file.hpp"
#include "cli/file_text.hpp"
#include "cli/get_report.hpp"
#include "cli/messages.hpp"
#include "cli/newest_revision.hpp"
#include "cli/operands.hpp"
#include "cli/path_conflicts.hpp"
#include "cli/stored_tree.hpp"
#include "util/directory_syncs.hpp"
#include "util/local_error.hpp"

namespace gridfs::cli {

namespace {

// A file on its way.
struct Wanted {
  FileInfo file;
  LocalTarget target;
  bool small = false;
  bool written = false;
  std::exception_ptr error;
};

// Fetches files of one tree after the other, many at a time.
class TreeGetter {
 public:
  TreeGetter(const GetOptions& options, Context& context, OperandTally& tally)
      : options_(options), context_(context), tally_(tally), bucket_(context.bucket(Access::read)) {
    local_.existing = options.existing();
    local_.preserve = options.preserve;
    local_.stop = context.stop();
    local_.sync = [this](const util::UniqueFd& directory, const std::string& shown) { syncs_.add(directory, shown); };
  }

  void get(const std::string& prefix) {
    const StoredTree tree(prefix);
    PathConflicts conflicts;
    try {
      tree.each(bucket_, StoredTree::Revisions::newest, options_.filter, tally_, [&](const FileInfo& file) {
        try {
          add(file, tree.local_name(*file.filename()), conflicts);
        } catch (...) {
          tally_.failed(std::current_exception());
        }
        if (is_full()) fetch();
      });
    } catch (const Error&) {
      fetch();  // what was listed until then
      throw;
    }
    fetch();
  }

 private:
  void add(const FileInfo& file, const std::string& name, PathConflicts& conflicts) {
    LocalTarget target = LocalTarget::below(options_.output.value_or(""), file, name);
    conflicts.check(file, name);
    check_checksum(file, options_);
    check_absent(target, options_);
    const std::int64_t length = file.length();
    conflicts.add(name);
    if (context_.options().dry_run) {
      say_would_write(file, target.path());
      return tally_.succeeded();
    }
    bytes_ += length;
    document_bytes_ += file.document().bytes().size();
    wanted_.push_back({file, std::move(target), length <= max_small_file, false, nullptr});
  }

  // So many that they travel well together, and so few that they are soon there and take little memory.
  [[nodiscard]] bool is_full() const noexcept {
    constexpr std::size_t most_files = 4'000;
    constexpr std::size_t most_document_bytes = std::size_t{2} << 20;
    constexpr std::int64_t most_bytes = std::int64_t{64} << 20;
    return wanted_.size() >= most_files || document_bytes_ >= most_document_bytes || bytes_ >= most_bytes;
  }

  void fetch() {
    std::vector<Wanted> wanted = std::exchange(wanted_, {});
    bytes_ = 0;
    document_bytes_ = 0;
    fetch_small(wanted);
    for (Wanted& one : wanted) {
      if (!one.written) fetch_alone(one);
    }
    conclude(wanted);
  }

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
    } catch (const ServerError& error) {
      say_info(std::string(error.what()) + ": fetching them one by one");
    } catch (const Error&) {
      tally_.failed(std::current_exception());
    }
  }

  void write(Wanted& one, std::span<const std::byte> content) const {
    try {
      write_to_file(one.file, content, one.target.open(local_.sync), local_);
      one.written = true;
    } catch (...) {
      one.error = std::current_exception();
    }
  }

  void fetch_alone(Wanted& one) {
    if (tally_.is_hopeless() && !one.error) return;
    try {
      fetch_newest(bucket_, one.file, [&](const FileInfo& file) {
        if (const auto error = std::exchange(one.error, nullptr)) std::rethrow_exception(error);
        check_checksum(file, options_);
        const auto mode = hash_mode_for(file, static_cast<int>(context_.options().jobs));
        download_to_file(bucket_, file, one.target.open(local_.sync), local_, mode);
      });
      one.written = true;
    } catch (...) {
      tally_.failed(std::current_exception());
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
      say_written(one.file, one.target.path(), context_);
      tally_.succeeded();
    }
  }

  const GetOptions& options_;
  Context& context_;
  OperandTally& tally_;
  const Bucket& bucket_;
  LocalFileOptions local_;
  util::DirectorySyncs syncs_;
  std::vector<Wanted> wanted_;
  std::int64_t bytes_ = 0;
  std::size_t document_bytes_ = 0;
};

// So that it is said once, and not for each file.
void check_is_directory(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_directory(status)) {
    throw util::LocalError(path, ENOTDIR);
  }
}

}  // namespace

ExitCode get_trees(const GetOptions& options, Context& context) {
  if (options.output) check_is_directory(*options.output);
  OperandTally tally;
  TreeGetter getter(options, context, tally);
  for_each_prefix(options.lookup.operands(), tally, [&](const std::string& prefix) { getter.get(prefix); });
  return tally.result();
}

}  // namespace gridfs::cli
