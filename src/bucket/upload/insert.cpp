#include "bucket/upload/insert.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

using Refusals = std::vector<std::optional<Refusal>>;

struct WriteError {
  std::size_t index = 0;
  Refusal refusal;
};

// Of the two indexes that keep an `_id` to one file; as the server tells the keys, or else the name.
bool is_index_of_ids(const std::string& keys, std::string_view message) {
  if (!keys.empty()) return keys == "_id" || keys == "files_id,n";
  constexpr std::string_view before_name = " index: ";
  const auto begin = message.find(before_name);
  if (begin == std::string_view::npos) return true;
  const auto name = message.substr(begin + before_name.size());
  return name.substr(0, name.find(' ')).ends_with("_id_") || name.starts_with("files_id_1_n_1 ");
}

std::string keys_of(const bson_iter_t& pattern) {
  std::string keys;
  bson_iter_t key;
  if (!bson_iter_recurse(&pattern, &key)) return keys;
  while (bson_iter_next(&key)) keys += (keys.empty() ? "" : ",") + std::string(bson_iter_key(&key));
  return keys;
}

WriteError to_write_error(bson_iter_t& field) {
  WriteError found;
  bson_error_t& error = found.refusal.error;
  error.domain = MONGOC_ERROR_SERVER;
  std::string keys;
  while (bson_iter_next(&field)) {
    const std::string_view key = bson_iter_key(&field);
    if (key == "index") found.index = static_cast<std::size_t>(whole_number(field).value_or(0));
    if (key == "code") error.code = static_cast<std::uint32_t>(whole_number(field).value_or(0));
    if (key == "keyPattern") keys = keys_of(field);
    if (key == "errmsg" && BSON_ITER_HOLDS_UTF8(&field)) {
      bson_strncpy(error.message, bson_iter_utf8(&field, nullptr), sizeof error.message);
    }
  }
  found.refusal.id_in_use = is_duplicate_key(error.code) && is_index_of_ids(keys, error.message);
  return found;
}

// @param which  `writeErrors` or `writeConcernErrors`
std::vector<WriteError> errors_in(const bson_t* reply, const char* which) {
  std::vector<WriteError> result;
  bson_iter_t iter;
  bson_iter_t element;
  bson_iter_t field;
  if (!bson_iter_init_find(&iter, reply, which) || !bson_iter_recurse(&iter, &element)) return result;
  while (bson_iter_next(&element)) {
    if (bson_iter_recurse(&element, &field)) result.push_back(to_write_error(field));
  }
  return result;
}

// Whether a command that failed was refused before any document was looked at: for who sent it, or for a write concern
// that such a server does not take.
bool is_refused_unseen(const Error& failure) {
  constexpr int bad_value = 2;  // cannot use 'w' > 1 when a host is not replicated
  return (failure.server_code() == bad_value && failure.server_message().starts_with("cannot use ")) ||
         dynamic_cast<const AuthenticationError*>(&failure) != nullptr ||
         dynamic_cast<const ConfigurationError*>(&failure) != nullptr;
}

class Inserter {
 public:
  Inserter(const Insert& insert, Applied& applied, std::vector<std::size_t> wanted)
      : insert_(insert), applied_(applied), wanted_(std::move(wanted)), refusals_(insert.documents.size()) {}

  void run(const Attempt& attempt) {
    // An attempt that failed may have stored some of them: only the others are sent again.
    if (attempt.number() > 0) drop_stored(attempt, absent_documents(attempt, insert_));
    const bool in_order = insert_.order == Insert::Order::as_given;
    while (!wanted_.empty() && !(in_order && any_refused()) && !send(attempt)) drop_stored(attempt);
    if (attempt.number() > 0 && any_refused()) drop_stored(attempt);
  }

  // Returns whether the server has looked at all of them. If not, it has refused at least one more.
  bool send(const Attempt& attempt) {
    std::vector<const bson_t*> documents;
    documents.reserve(wanted_.size());
    for (const std::size_t i : wanted_) documents.push_back(&insert_.documents[i].bson);
    Bson options;
    append(options.get(), "ordered", insert_.order == Insert::Order::as_given);
    append(options.get(), "validate", false);
    bson_error_t error{};
    Reply reply;
    const bool done = mongoc_collection_insert_many(attempt.collection(insert_.into).get(), documents.data(),
                                                    documents.size(), options.get(), reply.get(), &error);
    const auto inserted = static_cast<std::size_t>(integer_field(reply.get(), "insertedCount"));
    const auto errors = errors_in(reply.get(), "writeErrors");
    const auto concern_errors = errors_in(reply.get(), "writeConcernErrors");
    any_stored_ = any_stored_ || inserted > 0;
    if (!concern_errors.empty() || error.domain == MONGOC_ERROR_WRITE_CONCERN) {
      // The documents are on the primary, or were refused.
      raise(Applied::yes);
      fail(attempt, concern_errors.empty() ? error : concern_errors.front().refusal.error, reply.get());
    }
    const bool each_by_itself = !errors.empty() && error.domain == MONGOC_ERROR_SERVER;
    if (!done && !each_by_itself) fail(attempt, error, reply.get());
    // What was refused as a duplicate will be, too, if it comes once more; what was refused for another reason may not.
    const bool is_settled = std::all_of(errors.begin(), errors.end(),
                                        [](const WriteError& one) { return is_duplicate_key(one.refusal.error.code); });
    if (is_settled || applied_ != Applied::unknown) applied_ = any_stored_ ? Applied::yes : Applied::no;
    for (const WriteError& one : errors) refuse(attempt, one);
    if (!errors.empty()) return inserted + errors.size() >= wanted_.size();
    if (inserted == wanted_.size()) return true;
    raise(Applied::yes);
    throw ServerError(attempt.operation().description() + ": the server acknowledged " + std::to_string(inserted) +
                      " of " + std::to_string(wanted_.size()) + " documents");
  }

  Refusals result() && { return std::move(refusals_); }

 private:
  void drop_stored(const Attempt& attempt) { drop_stored(attempt, insert_.absent(attempt)); }

  // Those that are stored, and those that were refused, need not be sent again.
  void drop_stored(const Attempt& attempt, const std::vector<std::size_t>& absent) {
    any_stored_ = any_stored_ || absent.size() < insert_.documents.size();
    if (attempt.number() > 0) ignore_own_duplicates(absent);
    std::erase_if(wanted_, [&](std::size_t i) {
      return refusals_[i].has_value() || !std::binary_search(absent.begin(), absent.end(), i);
    });
  }

  [[noreturn]] void fail(const Attempt& attempt, const bson_error_t& error, const bson_t* reply) {
    try {
      throw_driver_error(attempt.operation().description(), error, reply);
    } catch (const Error& failure) {
      if (may_have_been_done(failure)) {
        raise(Applied::unknown);
      } else if (!is_refused_unseen(failure)) {
        raise(Applied::yes);
      }
      throw;
    }
  }

  // Applied::unknown stays until an attempt has settled all documents.
  void raise(Applied applied) { applied_ = std::max(applied_, applied); }

  // A refusal that trying again may cure is thrown.
  void refuse(const Attempt& attempt, const WriteError& refused) {
    try {
      throw_driver_error(attempt.operation().description(), refused.refusal.error);
    } catch (const TransientError& failure) {
      if (may_have_been_done(failure)) raise(Applied::unknown);
      throw;
    } catch (const Error&) {
      refusals_[wanted_[std::min(refused.index, wanted_.size() - 1)]] = refused.refusal;
    }
  }

  [[nodiscard]] bool any_refused() const {
    return std::any_of(refusals_.begin(), refusals_.end(), [](const auto& refusal) { return refusal.has_value(); });
  }

  // Our own document, stored by an attempt whose answer was lost or is still being worked on, is in nobody's way.
  void ignore_own_duplicates(const std::vector<std::size_t>& absent) {
    for (std::size_t i = 0; i < refusals_.size(); ++i) {
      const bool is_duplicate = refusals_[i] && is_duplicate_key(refusals_[i]->error.code);
      if (is_duplicate && !std::binary_search(absent.begin(), absent.end(), i)) refusals_[i].reset();
    }
  }

  const Insert& insert_;
  Applied& applied_;
  std::vector<std::size_t> wanted_;
  Refusals refusals_;
  bool any_stored_ = false;
};

}  // namespace

void throw_refusal(const std::string& description, const Refusal& refusal, const std::string& in_use) {
  try {
    throw_driver_error(description, refusal.error);
  } catch (const DuplicateKey& duplicate) {
    if (!refusal.id_in_use) throw;
    throw FileExists(description + ": the _id is in use: " + in_use, duplicate.server_code(),
                     duplicate.server_message());
  }
}

std::vector<std::size_t> absent_documents(const Attempt& attempt, const Insert& insert) {
  auto absent = insert.absent(attempt);
  std::vector<std::size_t> present;
  for (std::size_t i = 0; i < insert.documents.size(); ++i) {
    if (!std::binary_search(absent.begin(), absent.end(), i)) present.push_back(i);
  }
  if (present.empty() || attempt.operation().bucket().primary_suffices()) return absent;
  // A server that refuses a duplicate waits for the write concern of what it has.
  const Insert again{insert.into, Insert::Order::any, insert.documents, insert.absent};
  auto applied = Applied::no;
  Inserter(again, applied, std::move(present)).send(attempt);
  return absent;
}

Refusals insert(const Operation& operation, const Insert& documents, Applied& applied,
                std::vector<std::size_t> wanted) {
  Inserter inserter(documents, applied, std::move(wanted));
  operation.run([&](const Attempt& attempt) { inserter.run(attempt); });
  return std::move(inserter).result();
}

Refusals insert(const Operation& operation, const Insert& documents, Applied& applied) {
  std::vector<std::size_t> all(documents.documents.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return insert(operation, documents, applied, std::move(all));
}

}  // namespace gridfs::detail
