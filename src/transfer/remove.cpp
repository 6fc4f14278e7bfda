#include "transfer/remove.hpp"

#include <algorithm>
#include <exception>
#include <span>
#include <utility>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "transfer/stored_tree.hpp"

namespace gridfs::transfer {

namespace {

void would_remove(const FileInfo& file, Listener& listener) { listener.would("remove " + describe_file(file)); }

// Removes files by their ids, many at once, without looking them up: one whose files document is gone still loses its
// chunks.
class IdRemover {
 public:
  IdRemover(const Bucket& bucket, const RemoveSettings& settings, Listener& listener)
      : bucket_(bucket), dry_run_(settings.dry_run), listener_(listener) {
    for (const std::string& id : settings.lookup.ids) ids_.push_back(parse_id(id));
  }

  // To be called for each operand in turn.
  void remove(std::size_t operand) {
    if (dry_run_) return would_remove(bucket_.find_by_id(ids_[operand]), listener_);
    if (operand == begin_ + outcomes_.size()) remove_from(operand);
    if (const auto error = outcomes_[operand - begin_]) std::rethrow_exception(error);
    listener_.removed({ids_[operand], std::nullopt});
  }

 private:
  void remove_from(std::size_t begin) {
    constexpr std::size_t most_at_once = 1'000;
    begin_ = begin;
    outcomes_ = bucket_.delete_files(std::span(ids_).subspan(begin, std::min(most_at_once, ids_.size() - begin)));
  }

  const Bucket& bucket_;
  bool dry_run_;
  Listener& listener_;
  std::vector<Value> ids_;
  std::size_t begin_ = 0;  // of those whose outcomes are known
  std::vector<std::exception_ptr> outcomes_;
};

void remove_revision(const Bucket& bucket, const RemoveSettings& settings, std::size_t operand, Listener& listener) {
  const FileInfo file = find_file(bucket, settings.lookup, operand);
  if (settings.dry_run) return would_remove(file, listener);
  bucket.delete_file(file.id());
  listener.removed({std::nullopt, settings.lookup.names[operand]});
}

void remove_all_revisions(const Bucket& bucket, const std::string& name, bool dry_run, Listener& listener) {
  if (!dry_run) return listener.removed({std::nullopt, name, bucket.delete_by_name(name)});
  static_cast<void>(bucket.find_by_name(name));
  for (const FileInfo& file : bucket.find(Document().append("filename", Value(name)))) would_remove(file, listener);
}

// Removes every revision of every name below prefixes, many files at once.
class TreeRemover {
 public:
  TreeRemover(const Bucket& bucket, const RemoveSettings& settings, Tally& tally)
      : bucket_(bucket), settings_(settings), tally_(tally) {}

  void remove(const std::string& prefix) {
    StoredTree(prefix).each(bucket_, StoredTree::Revisions::all, settings_.filter, tally_, [&](const FileInfo& file) {
      if (settings_.dry_run) {
        would_remove(file, tally_.listener());
        return tally_.succeeded();
      }
      add(file);
      if (is_full()) flush();
    });
    flush();
  }

 private:
  // All that is kept of a file until it is removed: its document could be large.
  struct Pending {
    std::string name;
    std::string shown;
  };

  void add(const FileInfo& file) {
    ids_.push_back(file.id());
    pending_.push_back({file.filename().value_or(""), describe_file(file)});
    bytes_ += ids_.back().holder().bytes().size() + pending_.back().shown.size();
  }

  [[nodiscard]] bool is_full() const noexcept {
    constexpr std::size_t most_at_once = 1'000;
    constexpr std::size_t most_bytes = std::size_t{2} << 20;
    return ids_.size() >= most_at_once || bytes_ >= most_bytes;
  }

  void flush() {
    const auto ids = std::exchange(ids_, {});
    const auto pending = std::exchange(pending_, {});
    bytes_ = 0;
    if (ids.empty()) return;
    const auto outcomes = bucket_.delete_files(ids);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (tally_.must_stop()) return tally_.skip(outcomes.size() - i);
      conclude(ids[i], pending[i], outcomes[i]);
    }
  }

  void conclude(const Value& id, const Pending& file, const std::exception_ptr& error) {
    tally_.attempt(file.shown, [&] {
      try {
        if (error) std::rethrow_exception(error);
      } catch (const FileNotFound&) {
        return tally_.listener().note(file.shown + " was already removed");
      }
      tally_.listener().note("removed " + file.shown);
      tally_.listener().removed({id, file.name});
    });
  }

  const Bucket& bucket_;
  const RemoveSettings& settings_;
  Tally& tally_;
  std::vector<Value> ids_;
  std::vector<Pending> pending_;
  std::size_t bytes_ = 0;
};

}  // namespace

Tally remove(const Bucket& bucket, const RemoveSettings& settings, Listener& listener) {
  const Lookup& lookup = settings.lookup;
  Tally tally(listener);
  if (settings.recursive) {
    TreeRemover remover(bucket, settings, tally);
    for_each_prefix(lookup.ids, tally, [&](const std::string& prefix) { remover.remove(prefix); });
  } else if (!lookup.by_name()) {
    IdRemover remover(bucket, settings, listener);
    for_each_operand(lookup.ids, tally, [&](std::size_t i) { remover.remove(i); });
  } else if (settings.all_revisions) {
    for_each_operand(lookup.names, tally,
                     [&](std::size_t i) { remove_all_revisions(bucket, lookup.names[i], settings.dry_run, listener); });
  } else {
    for_each_operand(lookup.names, tally, [&](std::size_t i) { remove_revision(bucket, settings, i, listener); });
  }
  return tally;
}

}  // namespace gridfs::transfer
