#include "transfer/remove/remove.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "transfer/remove/remover.hpp"
#include "transfer/stored_tree.hpp"
#include "util/text/units.hpp"

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
  listener.note("removed " + describe_file(file));
  listener.removed({std::nullopt, settings.lookup.names[operand]});
}

void remove_all_revisions(const Bucket& bucket, const std::string& name, bool dry_run, Listener& listener) {
  if (!dry_run) {
    const std::int64_t count = bucket.delete_by_name(name);
    listener.note("removed " + util::count_of(count, "revision") + " of '" + name + "'");
    return listener.removed({std::nullopt, name, count});
  }
  static_cast<void>(bucket.find_by_name(name));
  FindOptions options;
  options.exact_text = true;
  const auto filter = Document().append("filename", Value(name));
  for (const FileInfo& file : bucket.find(filter, options)) would_remove(file, listener);
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

// `list(take)` calls `take` for each file.
template <typename List>
void remove_listed(const Bucket& bucket, const RemoveSettings& settings, Tally& tally, List list) {
  Remover remover(bucket, tally);
  list([&](const FileInfo& file) {
    if (!settings.dry_run) return remover.add(file);
    would_remove(file, tally.listener());
    tally.succeeded();
  });
  remover.flush();
}

void remove_tree(const Bucket& bucket, const std::string& prefix, const RemoveSettings& settings, Tally& tally) {
  remove_listed(bucket, settings, tally, [&](const auto& take) {
    StoredTree(prefix).each(bucket, StoredTree::Revisions::all, settings.filter, tally, take);
  });
}

void remove_matches(const Bucket& bucket, const std::string& glob, const RemoveSettings& settings, Tally& tally) {
  remove_listed(bucket, settings, tally,
                [&](const auto& take) { for_each_match(bucket, glob, StoredTree::Revisions::all, tally, take); });
}

struct Matches {
  std::int64_t revisions = 0;
  std::int64_t names = 0;
};

void count_matches(const Bucket& bucket, const std::string& glob, Tally& tally, Matches& matches) {
  std::optional<std::string> last;
  const auto count = [&](const FileInfo& file) {
    ++matches.revisions;
    if (auto name = file.filename(); name != last) {
      ++matches.names;
      last = std::move(name);
    }
  };
  static_cast<void>(
      is_found([&] { return for_each_match(bucket, glob, StoredTree::Revisions::all, tally, count), true; }));
}

// Which of the names are globs, whose removal is allowed.
std::set<std::size_t> confirmed_globs(const Bucket& bucket, const RemoveSettings& settings, Tally& tally) {
  constexpr std::int64_t most_unasked = 10;
  const auto& names = settings.lookup.names;
  std::set<std::size_t> globs;
  Matches matches;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!matches_by_glob(bucket, settings.lookup, i)) continue;
    if (!settings.all_revisions) throw ConfigurationError(names[i] + ": a glob needs --all-revisions");
    globs.insert(i);
    if (settings.confirm && !settings.dry_run) count_matches(bucket, names[i], tally, matches);
  }
  if (matches.revisions > most_unasked && !settings.confirm(matches.revisions, matches.names)) {
    throw Error("not confirmed: nothing is removed");
  }
  return globs;
}

void remove_names(const Bucket& bucket, const RemoveSettings& settings, Tally& tally) {
  const auto& names = settings.lookup.names;
  const auto globs = confirmed_globs(bucket, settings, tally);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (tally.must_stop()) return tally.skip(names.size() - i);
    if (!globs.contains(i)) {
      tally.attempt(names[i], [&] {
        tolerate_missing(settings, tally.listener(), [&] {
          if (!settings.all_revisions) return remove_revision(bucket, settings, i, tally.listener());
          remove_all_revisions(bucket, names[i], settings.dry_run, tally.listener());
        });
      });
      continue;
    }
    try {  // each file that it matches succeeds or fails by itself
      tolerate_missing(settings, tally.listener(), [&] { remove_matches(bucket, names[i], settings, tally); });
    } catch (...) {
      tally.failed(std::current_exception(), names[i]);
    }
  }
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
    remove_names(bucket, settings, tally);
  }
  return tally;
}

}  // namespace gridfs::transfer
