#include "bucket/upload/insert_each.hpp"

#include <algorithm>

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

// Whether the errors of single documents are all that went wrong.
bool concerns_single_documents(const bson_error_t& error, const bson_t* reply) {
  return error.domain == MONGOC_ERROR_SERVER && !bson_has_field(reply, "writeConcernErrors");
}

class Inserter {
 public:
  Inserter(const Bucket::Impl& bucket, const std::string& doing, const SharedInsert& insert,
           std::vector<std::size_t> wanted, Applied& applied)
      : bucket_(bucket),
        doing_(doing),
        insert_(insert),
        wanted_(std::move(wanted)),
        applied_(applied),
        refusals_(insert.documents.size()) {}

  void attempt(int number) {
    const auto client = bucket_.client().acquire(doing_, nullptr);
    if (number > 0) drop_stored(client);
    while (!wanted_.empty() && !send(client)) drop_stored(client);
    ignore_own_duplicates(client);
  }

  Refusals result() && { return std::move(refusals_); }

 private:
  // Those that are stored, and those that were refused, need not be sent again.
  void drop_stored(const PooledClient& client) {
    const auto absent = insert_.absent(client);
    std::erase_if(wanted_, [&](std::size_t i) {
      return refusals_[i].has_value() || !std::binary_search(absent.begin(), absent.end(), i);
    });
  }

  // Returns whether the server has looked at all of them. If not, it has refused at least one more.
  bool send(const PooledClient& client) {
    std::vector<const bson_t*> documents;
    documents.reserve(wanted_.size());
    for (const std::size_t i : wanted_) documents.push_back(&insert_.documents[i].bson);
    const auto collection =
        insert_.collection == SharedInsert::Collection::files ? bucket_.files(client) : bucket_.chunks(client);
    Bson options;
    append(options.get(), "ordered", false);
    append(options.get(), "validate", false);
    bson_error_t error{};
    Reply reply;
    const bool done = mongoc_collection_insert_many(collection.get(), documents.data(), documents.size(), options.get(),
                                                    reply.get(), &error);
    const InsertReply outcome{.done = done, .sent = documents.size(), .error = error, .reply = reply.get()};
    const auto errors = write_errors(reply.get());
    if (done || errors.empty() || !concerns_single_documents(error, reply.get())) {
      check_insert(doing_, outcome, applied_);
      return true;
    }
    applied_ = Applied::no;
    for (const WriteError& one : errors) keep(one);
    const auto inserted = static_cast<std::size_t>(integer_field(reply.get(), "insertedCount"));
    return inserted + errors.size() >= wanted_.size();
  }

  // A refusal that trying again may cure is thrown.
  void keep(const WriteError& refused) {
    try {
      throw_driver_error(doing_, refused.error);
    } catch (const TransientError&) {
      throw;
    } catch (const Error&) {
      refusals_[wanted_[std::min(refused.index, wanted_.size() - 1)]] = Refusal{refused.error};
    }
  }

  // Our own document, stored by an attempt whose answer was lost, is in nobody's way.
  void ignore_own_duplicates(const PooledClient& client) {
    if (std::none_of(refusals_.begin(), refusals_.end(), is_duplicate)) return;
    const auto absent = insert_.absent(client);
    for (std::size_t i = 0; i < refusals_.size(); ++i) {
      if (is_duplicate(refusals_[i]) && !std::binary_search(absent.begin(), absent.end(), i)) refusals_[i].reset();
    }
  }

  static bool is_duplicate(const std::optional<Refusal>& refusal) {
    return refusal && is_duplicate_key(refusal->error.code);
  }

  const Bucket::Impl& bucket_;
  const std::string& doing_;
  const SharedInsert& insert_;
  std::vector<std::size_t> wanted_;
  Applied& applied_;
  Refusals refusals_;
};

}  // namespace

Refusals insert_each(const Bucket::Impl& bucket, const std::string& doing, const SharedInsert& insert,
                     std::vector<std::size_t> wanted, Applied& applied) {
  Inserter inserter(bucket, doing, insert, std::move(wanted), applied);
  bucket.client().with_retries(doing, [&](int attempt) { inserter.attempt(attempt); });
  return std::move(inserter).result();
}

}  // namespace gridfs::detail
