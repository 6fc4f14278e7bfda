#include "support/scripted_server/store.hpp"

#include <algorithm>
#include <limits>

namespace gridfs::scripted {

namespace {

constexpr int namespace_not_found = 26;
constexpr int cursor_not_found = 43;
constexpr int command_not_found = 59;

// As MongoDB: so many documents come first, then as many as fit.
constexpr std::int64_t default_first_batch = 101;
constexpr std::size_t most_batch_bytes = 16U << 20;

Bson ok() { return Bson().add("ok", 1.0); }

Bson write_error(std::size_t index, const CommandError& error) {
  Bson entry;
  entry.add("index", static_cast<std::int32_t>(index));
  entry.add("code", std::int32_t{error.code()}).add("errmsg", error.what());
  return entry;
}

Bson write_reply(std::int64_t n, const std::vector<Bson>& errors) {
  Bson reply;
  reply.add("n", static_cast<std::int32_t>(n));
  if (!errors.empty()) reply.add_array("writeErrors", Bson::array_of(errors));
  return reply.add("ok", 1.0);
}

std::vector<Bson> take(std::deque<Bson>& from, std::int64_t most) {
  std::vector<Bson> batch;
  std::size_t bytes = 0;
  while (!from.empty() && std::ssize(batch) < most) {
    bytes += from.front().get()->len;
    if (!batch.empty() && bytes > most_batch_bytes) break;
    batch.push_back(from.front());
    from.pop_front();
  }
  return batch;
}

}  // namespace

Bson Store::run(const Command& command) {
  using Handler = Bson (Store::*)(const Command&);
  static const std::map<std::string, Handler> handlers{
      {"insert", &Store::insert},
      {"find", &Store::find},
      {"count", &Store::count},
      {"getMore", &Store::get_more},
      {"killCursors", &Store::kill_cursors},
      {"delete", &Store::remove},
      {"update", &Store::update},
      {"drop", &Store::drop},
      {"createIndexes", &Store::create_indexes},
      {"listIndexes", &Store::list_indexes},
  };
  if (command.name == "ping" || command.name == "endSessions") return ok();
  if (command.name == "buildInfo" || command.name == "buildinfo") return Bson().add("version", "7.0.0").add("ok", 1.0);
  const auto handler = handlers.find(command.name);
  if (handler == handlers.end()) throw CommandError(command_not_found, "no such command: '" + command.name + "'");
  return (this->*handler->second)(command);
}

Bson Store::run_without_batch(const Command& command) {
  if (command.name == "getMore") {
    return cursor_reply("nextBatch", {}, integer_field(command.body.get(), "getMore", 0), command.full_name());
  }
  const std::int64_t id = ++last_cursor_;
  const auto found = matching(command);
  cursors_.emplace(id, Cursor{command.full_name(), std::deque<Bson>(found.begin(), found.end())});
  return cursor_reply("firstBatch", {}, id, command.full_name());
}

std::vector<Bson> Store::all(const std::string& full_name) const {
  const auto found = collections_.find(full_name);
  if (found == collections_.end()) return {};
  const Bson anything;
  return found->second.find(anything.get(), anything.get(), 0, 0);
}

void Store::insert_first(const Command& command, std::size_t count) {
  const auto documents = command.documents("documents");
  for (std::size_t i = 0; i < std::min(count, documents.size()); ++i) made(command.full_name()).insert(documents[i]);
}

Bson Store::insert(const Command& command) {
  const bool ordered = true_field(command.body.get(), "ordered", true);
  const auto documents = command.documents("documents");
  std::int64_t inserted = 0;
  std::vector<Bson> errors;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    try {
      made(command.full_name()).insert(documents[i]);
      ++inserted;
    } catch (const DuplicateKey& error) {
      errors.push_back(write_error(i, error));
      if (ordered) break;
    }
  }
  return write_reply(inserted, errors);
}

std::vector<Bson> Store::matching(const Command& command) const {
  const bson_t* body = command.body.get();
  const auto found = collections_.find(command.full_name());
  std::vector<Bson> documents;
  if (found != collections_.end()) {
    documents = found->second.find(document_field(body, "filter").get(), document_field(body, "sort").get(),
                                   integer_field(body, "skip", 0), std::abs(integer_field(body, "limit", 0)));
  }
  const Bson projection = document_field(body, "projection");
  for (Bson& document : documents) document = project(document, projection.get());
  return documents;
}

Bson Store::count(const Command& command) {
  const auto found = collections_.find(command.full_name());
  std::size_t count = 0;
  if (found != collections_.end()) {
    count = found->second.find(document_field(command.body.get(), "query").get(), Bson().get(), 0, 0).size();
  }
  return Bson().add("n", static_cast<std::int32_t>(count)).add("ok", 1.0);
}

Bson Store::find(const Command& command) {
  const bson_t* body = command.body.get();
  const bool single = integer_field(body, "limit", 0) < 0 || true_field(body, "singleBatch", false);
  return first_batch(command.full_name(), matching(command), integer_field(body, "batchSize", default_first_batch),
                     single);
}

Bson Store::first_batch(const std::string& full_name, std::vector<Bson> documents, std::int64_t batch_size,
                        bool single) {
  std::deque<Bson> left(documents.begin(), documents.end());
  const auto batch = take(left, batch_size);
  std::int64_t id = 0;
  if (!left.empty() && !single) {
    id = ++last_cursor_;
    cursors_.emplace(id, Cursor{full_name, std::move(left)});
  }
  return cursor_reply("firstBatch", batch, id, full_name);
}

Bson Store::get_more(const Command& command) {
  const std::int64_t id = integer_field(command.body.get(), "getMore", 0);
  const auto cursor = cursors_.find(id);
  if (cursor == cursors_.end()) throw CommandError(cursor_not_found, "cursor id " + std::to_string(id) + " not found");
  const auto batch = take(cursor->second.left,
                          integer_field(command.body.get(), "batchSize", std::numeric_limits<std::int64_t>::max()));
  const bool ended = cursor->second.left.empty();
  if (ended) cursors_.erase(cursor);
  return cursor_reply("nextBatch", batch, ended ? 0 : id, command.full_name());
}

Bson Store::cursor_reply(const char* batch_name, const std::vector<Bson>& batch, std::int64_t id,
                         const std::string& full_name) {
  Bson cursor;
  cursor.add_array(batch_name, Bson::array_of(batch)).add("id", id).add("ns", std::string_view(full_name));
  return Bson().add("cursor", cursor).add("ok", 1.0);
}

Bson Store::kill_cursors(const Command& command) {
  for_each_field(document_field(command.body.get(), "cursors").get(),
                 [&](const bson_iter_t& id) { cursors_.erase(bson_iter_as_int64(&id)); });
  return ok();
}

Bson Store::remove(const Command& command) {
  std::int64_t removed = 0;
  const auto found = collections_.find(command.full_name());
  for (const Bson& part : command.documents("deletes")) {
    if (found == collections_.end()) break;
    removed += found->second.remove(document_field(part.get(), "q").get(), integer_field(part.get(), "limit", 0) == 0);
  }
  return write_reply(removed, {});
}

Bson Store::update(const Command& command) {
  Collection::Changes sum;
  std::vector<Bson> errors;
  const auto found = collections_.find(command.full_name());
  const auto updates = command.documents("updates");
  for (std::size_t i = 0; i < updates.size() && found != collections_.end(); ++i) {
    const bson_t* part = updates[i].get();
    try {
      const auto changes = found->second.update(document_field(part, "q").get(), document_field(part, "u").get(),
                                                true_field(part, "multi", false));
      sum.matched += changes.matched;
      sum.modified += changes.modified;
    } catch (const DuplicateKey& error) {
      errors.push_back(write_error(i, error));
      break;
    }
  }
  return write_reply(sum.matched, errors).add("nModified", static_cast<std::int32_t>(sum.modified));
}

Bson Store::create_indexes(const Command& command) {
  Collection& collection = made(command.full_name());
  const auto before = static_cast<std::int32_t>(collection.describe_indexes().size());
  for (const Bson& index : command.documents("indexes")) {
    collection.create_index(text_field(index.get(), "name", ""), document_field(index.get(), "key"),
                            true_field(index.get(), "unique", false));
  }
  const auto after = static_cast<std::int32_t>(collection.describe_indexes().size());
  return Bson().add("numIndexesBefore", before).add("numIndexesAfter", after).add("ok", 1.0);
}

Bson Store::list_indexes(const Command& command) {
  const auto found = collections_.find(command.full_name());
  if (found == collections_.end()) throw CommandError(namespace_not_found, "ns does not exist: " + command.full_name());
  return first_batch(command.full_name(), found->second.describe_indexes(), default_first_batch, false);
}

Bson Store::drop(const Command& command) {
  if (collections_.erase(command.full_name()) == 0) throw CommandError(namespace_not_found, "ns not found");
  return ok();
}

Collection& Store::made(const std::string& full_name) {
  return collections_.try_emplace(full_name, full_name).first->second;
}

}  // namespace gridfs::scripted
