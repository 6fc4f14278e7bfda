#include "transfer/sync/plan.hpp"

#include <chrono>
#include <utility>

#include "gridfs/error.hpp"

namespace gridfs::transfer {

namespace {

void check_order(const std::string& before, const std::string& name, const char* listing) {
  if (before < name) return;
  throw Error(std::string(listing) + " is not sorted by name: '" + name + "' follows '" + before + "'");
}

}  // namespace

bool is_same(const SyncFile& one, const SyncFile& other, Comparison comparison) {
  if (one.size != other.size) return false;
  if (comparison != Comparison::time) return true;
  if (!one.modified || !other.modified) return false;
  constexpr std::chrono::milliseconds tolerance{1};
  const auto [earlier, later] = std::minmax(*one.modified, *other.modified);
  return later <= earlier + tolerance;
}

SyncPlan::SyncPlan(Direction direction, FileFilter filter, std::function<std::optional<SyncFile>()> next_local,
                   Actions actions)
    : direction_(direction),
      filter_(std::move(filter)),
      next_local_(std::move(next_local)),
      actions_(std::move(actions)) {}

void SyncPlan::stored(const SyncFile& file) {
  if (last_stored_) check_order(*last_stored_, file.name, "the bucket");
  last_stored_ = file.name;
  if (!std::exchange(started_, true)) advance();
  for (; local_ && local_->name < file.name; advance()) decide(&*local_, nullptr);
  if (!local_ || local_->name != file.name) return decide(nullptr, &file);
  decide(&*local_, &file);
  advance();
}

void SyncPlan::finish() {
  if (!std::exchange(started_, true)) advance();
  for (; local_; advance()) decide(&*local_, nullptr);
}

void SyncPlan::advance() {
  auto next = next_local_();
  if (local_ && next) check_order(local_->name, next->name, "the directory");
  local_ = std::move(next);
}

void SyncPlan::decide(const SyncFile* local, const SyncFile* stored) {
  const bool to_bucket = direction_ == Direction::to_bucket;
  const SyncFile* source = to_bucket ? local : stored;
  const SyncFile* destination = to_bucket ? stored : local;
  const auto accepts = [this](const SyncFile& file) { return filter_.accepts(file.name, file.size, file.modified); };
  if (source == nullptr) {
    const bool is_kept = !destination->other.empty() || others_.file_above(destination->name) != nullptr;
    if (!is_kept && accepts(*destination)) actions_.extra(*destination);
    return;
  }
  if (!source->other.empty()) return others_.add(source->name);
  ++source_files_;
  if (!accepts(*source)) return;
  const bool may_be_same = destination != nullptr && destination->other.empty();
  if (may_be_same && actions_.is_same(*source, *destination)) return actions_.keep(*source);
  actions_.transfer(*source, destination);
}

}  // namespace gridfs::transfer
