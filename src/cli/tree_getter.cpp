#include "cli/tree_getter.hpp"

#include <cerrno>
#include <exception>
#include <filesystem>

#include "gridfs/error.hpp"

#include "cli/batch_getter.hpp"
#include "cli/file_text.hpp"
#include "cli/local_target.hpp"
#include "cli/operands.hpp"
#include "cli/path_conflicts.hpp"
#include "cli/stored_tree.hpp"
#include "util/local_error.hpp"

namespace gridfs::cli {

namespace {

// Fetches files of one tree after the other.
class TreeGetter {
 public:
  TreeGetter(const GetOptions& options, Context& context, OperandTally& tally)
      : options_(options),
        bucket_(context.bucket(Access::read)),
        tally_(tally),
        batch_(options, context, tally, true) {}

  void get(const std::string& prefix) {
    const StoredTree tree(prefix);
    PathConflicts conflicts;
    try {
      tree.each(bucket_, StoredTree::Revisions::newest, options_.filter, tally_, [&](const FileInfo& file) {
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
    LocalTarget target = LocalTarget::below(options_.output.value_or(""), file, name);
    conflicts.check(file, name);
    batch_.add(file, std::move(target));
    conflicts.add(name);
  }

  const GetOptions& options_;
  const Bucket& bucket_;
  OperandTally& tally_;
  BatchGetter batch_;
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
