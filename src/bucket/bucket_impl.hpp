/// What the parts of a bucket share: its collections, its concerns and the commands that more than one of them sends.
#pragma once

#include <atomic>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "gridfs/bucket.hpp"

#include "bucket/client/client_impl.hpp"
#include "bucket/client/concerns.hpp"
#include "bucket/client/driver_error.hpp"
#include "bucket/client/handles.hpp"

namespace gridfs::detail {

/// Who asks: the caller, with the bucket's read concern, or this library itself, which must see what the primary has
/// just stored.
enum class Reader { caller, library };

}  // namespace gridfs::detail

namespace gridfs {

/// Safe to use from many threads.
class Bucket::Impl {
 public:
  Impl(Client& client, std::string_view database, BucketOptions options);

  [[nodiscard]] Client::Impl& client() const noexcept { return client_; }
  [[nodiscard]] const BucketOptions& options() const noexcept { return options_; }
  [[nodiscard]] const mongoc_read_prefs_t* prefs() const noexcept { return concerns_.prefs.get(); }
  [[nodiscard]] const std::string& database() const noexcept { return database_; }
  [[nodiscard]] const std::string& files_name() const noexcept { return files_name_; }

  /// The collections, with the bucket's concerns, over one pooled connection.
  [[nodiscard]] detail::CollectionHandle files(const detail::PooledClient& client,
                                               detail::Reader reader = detail::Reader::caller) const;
  [[nodiscard]] detail::CollectionHandle chunks(const detail::PooledClient& client,
                                                detail::Reader reader = detail::Reader::caller) const;

  /// The first document of a query on the files collection.
  /// @param prefs  the bucket's, or null where this library asks, of the primary
  [[nodiscard]] std::optional<Document> find_one_file(const std::string& doing, const bson_t* filter,
                                                      const bson_t* options, const mongoc_read_prefs_t* prefs) const;

  /// Runs `step(exact)`: where exact is true, it asks for append_simple_collation(). Once a server has said that it
  /// does not know collations, and so has none, it is run without from then on.
  template <typename Step>
  auto with_exact_text(Step step) const {
    if (knows_collations_) {
      try {
        return step(true);
      } catch (const ServerError& error) {
        if (!detail::is_unknown_option(error)) throw;
        knows_collations_ = false;
      }
    }
    return step(false);
  }

  /// Whether any chunk is stored under an `_id`, or under any of several, by the primary.
  [[nodiscard]] bool has_chunks(const std::string& doing, const Value& id) const;
  [[nodiscard]] bool has_chunks(const std::string& doing, std::span<const Value> ids) const;

  /// Whether the primary has any chunk that matches.
  [[nodiscard]] bool has_chunks(const std::string& doing, const bson_t* filter) const;

  /// Removes the chunks that match, text in the filter compared byte by byte.
  /// @return  how many, as far as no answer was lost
  std::int64_t delete_chunks(const std::string& doing, const bson_t* filter, detail::Urgency urgency) const;

  /// Removes the chunks that match after their files documents are gone: what was begun is ended, so that neither a
  /// stop nor a deadline leaves chunks without a file. Returns as delete_chunks().
  std::int64_t delete_chunks_of_removed_files(const std::string& doing, const bson_t* filter) const;

  /// Makes the indexes if this is the first upload into the bucket and they are not there
  /// (GridFS specification, "Before write operations"). Asks the server once an instance; who comes meanwhile waits.
  void ensure_indexes(const std::string& doing) const;

 private:
  [[nodiscard]] detail::CollectionHandle collection(const detail::PooledClient& client, const std::string& name,
                                                    detail::Reader reader) const;
  [[nodiscard]] std::optional<Document> find_first(const std::string& doing, const detail::PooledClient& client,
                                                   const std::string& name, const bson_t* filter, const bson_t* options,
                                                   const mongoc_read_prefs_t* prefs) const;
  [[nodiscard]] std::optional<Document> find_one(const std::string& doing, const std::string& name,
                                                 const bson_t* filter, const bson_t* options,
                                                 const mongoc_read_prefs_t* prefs) const;

  [[nodiscard]] bool is_empty(const std::string& doing, const detail::PooledClient& client) const;
  void make_indexes(const std::string& doing, const detail::PooledClient& client) const;

  Client::Impl& client_;
  std::string database_;
  BucketOptions options_;
  detail::Concerns concerns_;
  std::string files_name_;
  std::string chunks_name_;
  mutable std::atomic<bool> knows_collations_ = true;
  mutable std::mutex indexes_mutex_;
  mutable bool indexes_ensured_ = false;
};

}  // namespace gridfs

namespace gridfs::detail {

/// A client and a cursor made with it, in the order in which they must end.
struct ClientCursor {
  PooledClient client;
  CollectionHandle collection;
  CursorHandle cursor;
};

/// Throws what went wrong with a cursor that gave no document, if anything did.
void check_cursor(mongoc_cursor_t* cursor, const std::string& doing);

/// @throws ConfigurationError  not 1 byte to max_chunk_size
void check_chunk_size(std::int32_t size);

/// How a file is named in messages: `file 4f…` by its id, or `a.txt`.
std::string describe(const Value& id);
std::string describe(std::string_view filename);
/// `first`, or `first and 2 more`.
std::string describe_all(const std::string& first, std::size_t count);

}  // namespace gridfs::detail
