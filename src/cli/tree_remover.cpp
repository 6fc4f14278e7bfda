#include "cli/tree_remover.hpp"

#include <exception>
#include <utility>

#include "gridfs/error.hpp"

#include "cli/file_text.hpp"
#include "cli/messages.hpp"
#include "cli/operands.hpp"
#include "cli/stored_tree.hpp"

namespace gridfs::cli {

namespace {

// Removes files many at once.
class TreeRemover {
 public:
  TreeRemover(const FileFilter& filter, Context& context, OperandTally& tally)
      : filter_(filter), context_(context), tally_(tally), bucket_(context.bucket(Access::write)) {}

  void remove(const std::string& prefix) {
    StoredTree(prefix).each(bucket_, StoredTree::Revisions::all, filter_, tally_, [&](const FileInfo& file) {
      if (context_.options().dry_run) {
        say_always("would remove " + describe_file(file));
        return tally_.succeeded();
      }
      add(file);
      if (is_full()) flush();
    });
    flush();
  }

 private:
  // What is known of a file that is to go; its whole document could be large.
  struct Doomed {
    std::string name;
    std::string shown;
  };

  void add(const FileInfo& file) {
    ids_.push_back(file.id());
    doomed_.push_back({file.filename().value_or(""), describe_file(file)});
    bytes_ += ids_.back().holder().bytes().size() + doomed_.back().shown.size();
  }

  [[nodiscard]] bool is_full() const noexcept {
    constexpr std::size_t most_at_once = 1'000;
    constexpr std::size_t most_bytes = std::size_t{2} << 20;
    return ids_.size() >= most_at_once || bytes_ >= most_bytes;
  }

  void flush() {
    const auto ids = std::exchange(ids_, {});
    const auto doomed = std::exchange(doomed_, {});
    bytes_ = 0;
    if (ids.empty()) return;
    const auto outcomes = bucket_.delete_files(ids);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (tally_.is_hopeless()) return tally_.skip(outcomes.size() - i);
      conclude(ids[i], doomed[i], outcomes[i]);
    }
  }

  void conclude(const Value& id, const Doomed& doomed, const std::exception_ptr& error) {
    try {
      if (error) std::rethrow_exception(error);
      say_info("removed " + doomed.shown);
      print(id, doomed);
      tally_.succeeded();
    } catch (const FileNotFound&) {
      say_info(doomed.shown + " has been removed by somebody else");
      tally_.succeeded();
    } catch (...) {
      tally_.failed(std::current_exception(), doomed.shown);
    }
  }

  void print(const Value& id, const Doomed& doomed) const {
    if (!context_.options().json) return;
    Document line;
    line.append("_id", id).append("filename", Value(doomed.name)).append("removed", Value(std::int64_t{1}));
    context_.output().line(line.to_json());
  }

  const FileFilter& filter_;
  Context& context_;
  OperandTally& tally_;
  const Bucket& bucket_;
  std::vector<Value> ids_;
  std::vector<Doomed> doomed_;
  std::size_t bytes_ = 0;
};

}  // namespace

ExitCode remove_trees(const std::vector<std::string>& prefixes, const FileFilter& filter, Context& context) {
  OperandTally tally;
  TreeRemover remover(filter, context, tally);
  for_each_prefix(prefixes, tally, [&](const std::string& prefix) { remover.remove(prefix); });
  return tally.result();
}

}  // namespace gridfs::cli
