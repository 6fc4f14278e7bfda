/// One try of an operation on the server.
#pragma once

#include <cstdint>
#include <optional>

#include "bucket/bucket_impl.hpp"
#include "bucket/operation.hpp"

namespace gridfs::detail {

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
