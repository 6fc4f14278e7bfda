#include "support/scripted_server/collection.hpp"

#include <algorithm>

namespace gridfs::scripted {

namespace {

std::string index_key(const Bson& index, const bson_t* document) {
  std::string key;
  for_each_field(index.get(), [&](const bson_iter_t& field) {
    const std::string part = sort_key(document, bson_iter_key(&field));
    key.append(std::to_string(part.size())).append(1, ':').append(part);
  });
  return key;
}

Bson with_id(const Bson& document) {
  if (find_field(document.get(), "_id")) return document;
  bson_oid_t id;
  bson_oid_init(&id, nullptr);
  Bson result;
  result.add("_id", id);
  for_each_field(document.get(), [&](const bson_iter_t& field) { result.add(bson_iter_key(&field), field); });
  return result;
}

}  // namespace

Collection::Collection(std::string name) : name_(std::move(name)) {
  create_index("_id_", Bson().add("_id", std::int32_t{1}), true);
}

void Collection::insert(const Bson& document) {
  const Bson stored = with_id(document);
  for (const KeptIndex& kept : indexes_) check_unique(kept, stored.get());
  add_keys(stored.get());
  documents_.push_back(stored);
}

std::vector<Bson> Collection::find(const bson_t* filter, const bson_t* sort, std::int64_t skip,
                                   std::int64_t limit) const {
  std::vector<Bson> found;
  std::copy_if(documents_.begin(), documents_.end(), std::back_inserter(found),
               [&](const Bson& document) { return matches(document.get(), filter); });
  if (!bson_empty(sort)) {
    std::stable_sort(found.begin(), found.end(),
                     [&](const Bson& left, const Bson& right) { return sorts_before(left.get(), right.get(), sort); });
  }
  found.erase(found.begin(), found.begin() + std::min<std::ptrdiff_t>(skip, std::ssize(found)));
  if (limit > 0 && std::ssize(found) > limit) found.resize(static_cast<std::size_t>(limit));
  return found;
}

std::int64_t Collection::remove(const bson_t* filter, bool many) {
  std::int64_t removed = 0;
  std::erase_if(documents_, [&](const Bson& document) {
    if ((!many && removed > 0) || !matches(document.get(), filter)) return false;
    remove_keys(document.get());
    ++removed;
    return true;
  });
  return removed;
}

Collection::Changes Collection::update(const bson_t* filter, const bson_t* update, bool many) {
  Changes changes;
  for (Bson& document : documents_) {
    if (!matches(document.get(), filter)) continue;
    ++changes.matched;
    const Bson changed = updated(document, update);
    if (!bson_equal(changed.get(), document.get())) {
      remove_keys(document.get());
      try {
        for (const KeptIndex& kept : indexes_) check_unique(kept, changed.get());
      } catch (const DuplicateKey&) {
        add_keys(document.get());
        throw;
      }
      document = changed;
      add_keys(document.get());
      ++changes.modified;
    }
    if (!many) break;
  }
  return changes;
}

void Collection::create_index(std::string name, const Bson& key, bool unique) {
  const bool is_there =
      std::any_of(indexes_.begin(), indexes_.end(), [&](const KeptIndex& kept) { return kept.index.name == name; });
  if (is_there) return;
  KeptIndex kept{{std::move(name), key, unique}, {}};
  if (unique) {
    for (const Bson& document : documents_) {
      check_unique(kept, document.get());
      kept.keys.insert(index_key(key, document.get()));
    }
  }
  indexes_.push_back(std::move(kept));
}

std::vector<Bson> Collection::describe_indexes() const {
  std::vector<Bson> described;
  for (const KeptIndex& kept : indexes_) {
    Bson index;
    index.add("v", std::int32_t{2}).add("key", kept.index.key).add("name", std::string_view(kept.index.name));
    if (kept.index.unique && kept.index.name != "_id_") index.add("unique", true);
    described.push_back(index);
  }
  return described;
}

void Collection::add_keys(const bson_t* document) {
  for (KeptIndex& kept : indexes_) {
    if (kept.index.unique) kept.keys.insert(index_key(kept.index.key, document));
  }
}

void Collection::remove_keys(const bson_t* document) {
  for (KeptIndex& kept : indexes_) {
    if (kept.index.unique) kept.keys.erase(kept.keys.find(index_key(kept.index.key, document)));
  }
}

void Collection::check_unique(const KeptIndex& kept, const bson_t* document) const {
  if (!kept.index.unique || !kept.keys.contains(index_key(kept.index.key, document))) return;
  throw DuplicateKey("E11000 duplicate key error collection: " + name_ + " index: " + kept.index.name + " dup key");
}

}  // namespace gridfs::scripted
