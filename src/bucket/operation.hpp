/// What the library does on the server: each query and each write is part of an operation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bucket/bucket_impl.hpp"

namespace gridfs::detail {

/// How many documents a filter is for. The driver can try a write of one again by itself.
enum class Many { one, several };

struct WriteOutcome {
  /// How many documents the attempt that was answered matched; empty: none was answered.
  std::optional<std::int64_t> count;
  /// An attempt that failed, as by the loss of its answer, may have done some of the work.
  bool uncertain = false;
};

class Attempt;

/// The results of a query on a connection of their own. Movable, not safe to share between threads.
struct Cursor {
  PooledClient client;
  CollectionHandle collection;
  CursorHandle handle;
};

/// One thing that is done: what it is called in messages, for which bucket, how urgent it is. Its attempts are repeated
/// after transient failures, each with a connection from the pool. A value; safe to use from many threads.
class Operation {
 public:
  /// @param bucket       outlives this
  /// @param description  `storing a.txt`; every error says it first
  Operation(const Bucket::Impl& bucket, std::string description, Urgency urgency = Urgency::work)
      : bucket_(&bucket), description_(std::move(description)), urgency_(urgency) {}

  [[nodiscard]] const Bucket::Impl& bucket() const noexcept { return *bucket_; }
  [[nodiscard]] const std::string& description() const noexcept { return description_; }

  /// Runs `step(const Attempt&)` until it succeeds, throws anything but TransientError, or the retries are used up.
  template <typename Step>
  auto run(Step step, Reader reader = Reader::library) const {
    return run(reader, false, step);
  }

  /// The same where text is compared byte by byte, whatever the collation of the collection.
  template <typename Step>
  auto run_exact(Step step, Reader reader = Reader::library) const {
    return bucket_->with_exact_text([&](bool exact) { return run(reader, exact, step); });
  }

  /// Sends a query whose results outlive this call.
  [[nodiscard]] Cursor open(Collection in, const bson_t* filter, const bson_t* options, Reader reader) const;

  /// The next document, valid until the next call; null at the end. A reply without documents is not the end while the
  /// cursor is alive: the server may still be looking.
  /// @throws Stopped, and what went wrong with the cursor
  const bson_t* next(mongoc_cursor_t* cursor) const;

  /// The same. Where the connection was lost `open()`, which returns a Cursor, has to go on behind the last document.
  template <typename Open>
  const bson_t* next(std::optional<Cursor>& cursor, Open open) const;

  /// The first document of a query.
  /// @param options  may be null
  [[nodiscard]] std::optional<Document> find_one(Collection in, const bson_t* filter, const bson_t* options = nullptr,
                                                 Reader reader = Reader::library) const;

  /// The `_id`s of some of the documents that match, text compared byte by byte.
  [[nodiscard]] std::vector<Value> find_ids(Collection in, const bson_t* filter, std::int64_t limit) const;

  /// Removes the documents that match, text compared byte by byte.
  /// @return  how many, as far as no answer was lost
  std::int64_t remove(Collection from, const bson_t* filter) const;

  /// Removes files documents.
  /// @param outcome  is right where this throws as well
  void remove_files(const bson_t* filter, Many many, WriteOutcome& outcome) const;

  /// @param filter  of what the update does not change, so that another attempt matches the same
  /// @return  how many files documents were matched
  std::int64_t update_files(const bson_t* filter, const bson_t* update, Many many) const;

  /// @throws Stopped
  void check() const { bucket_->client().check(description_, urgency_); }

 private:
  friend class Attempt;

  template <typename Step>
  auto run(Reader reader, bool exact_text, Step& step) const;
  template <typename Write>
  void write_files(const char* counted, WriteOutcome& outcome, Write write) const;

  const Bucket::Impl* bucket_;
  std::string description_;
  Urgency urgency_;
};

/// One try of an operation, on one connection. Used by one thread.
class Attempt {
 public:
  /// Waits for a connection to a server that fits.
  Attempt(const Operation& operation, Reader reader, bool exact_text, int number = 0);

  [[nodiscard]] const Operation& operation() const noexcept { return operation_; }
  /// 0 for the first one.
  [[nodiscard]] int number() const noexcept { return number_; }

  /// With the bucket's concerns; the read concern is left out for the library's own queries.
  [[nodiscard]] CollectionHandle collection(Collection which) const;

  /// The same for removals: while cleaning up with a write concern that can be met.
  [[nodiscard]] CollectionHandle collection_to_remove_from(Collection which) const;

  /// Calls `step(const bson_t*)` for each document that matches.
  /// @param options  may be null
  template <typename Step>
  void find(Collection in, const bson_t* filter, const bson_t* options, Step step) const {
    const CollectionHandle found_in = collection(in);
    const CursorHandle cursor = query(found_in, filter, options);
    while (const bson_t* found = operation_.next(cursor.get())) step(found);
  }

  [[nodiscard]] std::optional<Document> find_one(Collection in, const bson_t* filter,
                                                 const bson_t* options = nullptr) const;

  /// Whether any document matches.
  [[nodiscard]] bool has_any(Collection in, const bson_t* filter) const;

  /// Removes the documents that match.
  std::int64_t remove(Collection from, const bson_t* filter) const;

  /// The reply to a command that reads.
  [[nodiscard]] Document read_command(Collection on, const bson_t* command) const;

  /// Says in a command that text is compared byte by byte, where it is.
  void append_collation(bson_t* command) const;

  /// Takes the connection over.
  [[nodiscard]] Cursor open(Collection in, const bson_t* filter, const bson_t* options) &&;

 private:
  [[nodiscard]] const mongoc_read_prefs_t* prefs() const noexcept { return operation_.bucket_->prefs(reader_); }
  [[nodiscard]] CursorHandle query(const CollectionHandle& in, const bson_t* filter, const bson_t* options) const;

  const Operation& operation_;
  Reader reader_;
  bool exact_text_;
  int number_;
  PooledClient client_;
};

template <typename Step>
auto Operation::run(Reader reader, bool exact_text, Step& step) const {
  return bucket_->client().with_retries(
      description_, [&](int number) { return step(Attempt(*this, reader, exact_text, number)); }, urgency_);
}

template <typename Open>
const bson_t* Operation::next(std::optional<Cursor>& cursor, Open open) const {
  return bucket_->client().with_retries(
      description_,
      [&](int /*attempt*/) {
        try {
          if (!cursor) cursor.emplace(open());
          return next(cursor->handle.get());
        } catch (const TransientError&) {
          cursor.reset();
          throw;
        }
      },
      urgency_);
}

}  // namespace gridfs::detail
