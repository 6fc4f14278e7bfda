#include "bucket/upload/insert.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

using Refusals = std::vector<std::optional<Refusal>>;

struct WriteError {
  std::size_t index;
  bson_error_t error;
};

std::vector<WriteError> write_errors(const bson_t* reply) {
  std::vector<WriteError> result;
  bson_iter_t iter;
  bson_iter_t element;
  if (!bson_iter_init_find(&iter, reply, "writeErrors") || !bson_iter_recurse(&iter, &element)) return result;
  while (bson_iter_next(&element)) {
    bson_iter_t field;
    WriteError found{0, {}};
    found.error.domain = MONGOC_ERROR_SERVER;
    const char* message = "";
    if (!bson_iter_recurse(&element, &field)) continue;
    while (bson_iter_next(&field)) {
      const std::string_view key = bson_iter_key(&field);
      if (key == "index") found.index = static_cast<std::size_t>(whole_number(field).value_or(0));
      if (key == "code") found.error.code = static_cast<std::uint32_t>(whole_number(field).value_or(0));
      if (key == "errmsg" && BSON_ITER_HOLDS_UTF8(&field)) message = bson_iter_utf8(&field, nullptr);
    }
    bson_strncpy(found.error.message, message, sizeof found.error.message);
    result.push_back(found);
  }
  return result;
}

class Inserter {
 public:
  Inserter(const Insert& insert, Applied& applied, std::vector<std::size_t> wanted)
      : insert_(insert), applied_(applied), wanted_(std::move(wanted)), refusals_(insert.documents.size()) {}

  void run(const Attempt& attempt) {
    // An attempt that failed may have stored some of them: only the others are sent again.
    if (attempt.number() > 0) drop_stored(attempt);
    const bool in_order = insert_.order == Insert::Order::as_given;
    while (!wanted_.empty() && !(in_order && any_refused()) && !send(attempt)) drop_stored(attempt);
    if (attempt.number() > 0 && any_refused()) drop_stored(attempt);
  }

  Refusals result() && { return std::move(refusals_); }

 private:
  // Those that are stored, and those that were refused, need not be sent again.
  void drop_stored(const Attempt& attempt) {
    const auto absent = insert_.absent(attempt);
    if (attempt.number() > 0) ignore_own_duplicates(absent);
    std::erase_if(wanted_, [&](std::size_t i) {
      return refusals_[i].has_value() || !std::binary_search(absent.begin(), absent.end(), i);
    });
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
    const auto errors = write_errors(reply.get());
    const bool concern_not_met =
        error.domain == MONGOC_ERROR_WRITE_CONCERN || bson_has_field(reply.get(), "writeConcernErrors");
    const bool each_by_itself = !errors.empty() && error.domain == MONGOC_ERROR_SERVER && !concern_not_met;
    if (!done && !each_by_itself) {
      // Where only the write concern was not met, the documents are on the primary.
      if (concern_not_met) raise(Applied::yes);
      fail(attempt, error, reply.get());
    }
    applied_ = Applied::no;
    for (const WriteError& one : errors) refuse(attempt, one);
    if (!errors.empty()) return inserted + errors.size() >= wanted_.size();
    if (inserted == wanted_.size()) return true;
    throw ServerError(attempt.operation().description() + ": the server acknowledged " + std::to_string(inserted) +
                      " of " + std::to_string(wanted_.size()) + " documents");
  }

  [[noreturn]] void fail(const Attempt& attempt, const bson_error_t& error, const bson_t* reply) {
    try {
      throw_driver_error(attempt.operation().description(), error, reply);
    } catch (const Error& failure) {
      if (may_have_been_done(failure)) raise(Applied::unknown);
      throw;
    }
  }

  // Applied::unknown stays until an attempt is acknowledged.
  void raise(Applied applied) { applied_ = std::max(applied_, applied); }

  // A refusal that trying again may cure is thrown.
  void refuse(const Attempt& attempt, const WriteError& refused) {
    try {
      fail(attempt, refused.error, nullptr);
    } catch (const TransientError&) {
      throw;
    } catch (const Error&) {
      refusals_[wanted_[std::min(refused.index, wanted_.size() - 1)]] = Refusal{refused.error};
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
};

}  // namespace

void throw_refusal(const std::string& description, const Refusal& refusal, const std::string& in_use) {
  try {
    throw_driver_error(description, refusal.error);
  } catch (const DuplicateKey& duplicate) {
    throw FileExists(description + ": the _id is in use: " + in_use, duplicate.server_code(),
                     duplicate.server_message());
  }
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
