#include "transfer/remove.hpp"

#include <string>
#include <vector>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "transfer/remover.hpp"
#include "transfer/stored_tree.hpp"

namespace gridfs::transfer {

namespace {

// Runs a step that may find nothing.
template <typename Step>
void tolerate_missing(const RemoveSettings& settings, Listener& listener, Step step) {
  try {
    step();
  } catch (const FileNotFound& missing) {
    if (!settings.ignore_missing) throw;
    listener.note(missing.what());
  }
}

void would_remove(const FileInfo& file, Listener& listener) { listener.would("remove " + describe_file(file)); }

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

void remove_ids(const Bucket& bucket, const RemoveSettings& settings, Tally& tally) {
  const auto& operands = settings.lookup.ids;
  std::vector<Value> ids;
  ids.reserve(operands.size());
  for (const std::string& operand : operands) ids.push_back(parse_id(operand));
  Remover remover(bucket, tally, settings.ignore_missing);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (tally.must_stop()) return tally.skip(ids.size() - i);
    if (!settings.dry_run) {
      remover.add(ids[i], operands[i]);
    } else {
      tally.attempt(operands[i], [&] {
        tolerate_missing(settings, tally.listener(),
                         [&] { would_remove(bucket.find_by_id(ids[i]), tally.listener()); });
      });
    }
  }
  remover.flush();
}

void remove_tree(const Bucket& bucket, const std::string& prefix, const RemoveSettings& settings, Tally& tally) {
  Remover remover(bucket, tally);
  StoredTree(prefix).each(bucket, StoredTree::Revisions::all, settings.filter, tally, [&](const FileInfo& file) {
    if (!settings.dry_run) return remover.add(file);
    would_remove(file, tally.listener());
    tally.succeeded();
  });
  remover.flush();
}

}  // namespace

Tally remove(const Bucket& bucket, const RemoveSettings& settings, Listener& listener) {
  const Lookup& lookup = settings.lookup;
  Tally tally(listener);
  if (settings.recursive) {
    for_each_prefix(lookup.ids, tally, [&](const std::string& prefix) {
      tolerate_missing(settings, listener, [&] { remove_tree(bucket, prefix, settings, tally); });
    });
  } else if (!lookup.by_name()) {
    remove_ids(bucket, settings, tally);
  } else {
    for_each_operand(lookup.names, tally, [&](std::size_t i) {
      tolerate_missing(settings, listener, [&] {
        if (!settings.all_revisions) return remove_revision(bucket, settings, i, listener);
        remove_all_revisions(bucket, lookup.names[i], settings.dry_run, listener);
      });
    });
  }
  return tally;
}

}  // namespace gridfs::transfer
