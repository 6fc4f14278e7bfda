#include "transfer/prune/prune.hpp"

#include <exception>
#include <optional>
#include <utility>

#include "transfer/file_text.hpp"
#include "transfer/freshness.hpp"
#include "transfer/remove/remover.hpp"
#include "transfer/stored_tree.hpp"

namespace gridfs::transfer {

namespace {

// Goes through the revisions of name after name, from the newest to the oldest.
class Pruning {
 public:
  Pruning(const Bucket& bucket, const PruneSettings& settings, const std::function<void(const Verdict&)>& decided,
          Tally& tally)
      : settings_(settings), decided_(decided), tally_(tally), remover_(bucket, tally) {}

  void consider(const FileInfo& file, bool starts_name) {
    if (starts_name) end_name();
    const auto date = file.upload_date();
    if (!date) return conclude(file, {"no upload date"});
    if (*date > current_time()) {
      tally_.listener().data_warning(describe_file(file) + " is dated in the future, " + format_date(date) +
                                     ": it is kept, and does not count");
    }
    if (last_) decide(*std::exchange(last_, std::nullopt), false);
    last_ = file;
  }

  void end() {
    end_name();
    remover_.flush();
  }

 private:
  void end_name() {
    if (last_) decide(*std::exchange(last_, std::nullopt), true);
    retention_.emplace(settings_.policy, start_);
  }

  void decide(const FileInfo& file, bool is_oldest) {
    conclude(file, retention_->reasons(file.upload_date().value(), is_oldest));
  }

  void conclude(const FileInfo& file, std::vector<std::string> reasons) {
    const Verdict verdict{file, std::move(reasons)};
    decided_(verdict);
    if (verdict.reasons.empty() && !settings_.dry_run) remover_.add(file);
  }

  const PruneSettings& settings_;
  const std::function<void(const Verdict&)>& decided_;
  Tally& tally_;
  Remover remover_;
  DateTime start_ = current_time();
  std::optional<Retention> retention_;  // for the revisions of the name
  std::optional<FileInfo> last_;        // of its name, so far
};

}  // namespace

Tally prune(const Bucket& bucket, const PruneSettings& settings, const std::function<void(const Verdict&)>& decided,
            Listener& listener) {
  Tally tally(listener);
  Pruning pruning(bucket, settings, decided, tally);
  try {
    const StoredTree tree(settings.prefix);
    tree.each_from_newest(bucket, settings.filter, tally,
                          [&](const FileInfo& file, bool starts_name) { pruning.consider(file, starts_name); });
    pruning.end();
  } catch (...) {
    tally.failed(std::current_exception(), settings.prefix);
  }
  return tally;
}

}  // namespace gridfs::transfer
