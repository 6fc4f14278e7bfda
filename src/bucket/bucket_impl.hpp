/// What the parts of a bucket share: its collections and its concerns.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include "gridfs/bucket.hpp"

#include "bucket/client/client_impl.hpp"
#include "bucket/client/concerns.hpp"
#include "bucket/client/driver_error.hpp"
#include "bucket/client/handles.hpp"

namespace gridfs::detail {

enum class Collection { files, chunks };

/// Who asks: the caller, with the bucket's read preference and read concern, or this library itself, which must see
/// what the primary has just stored.
enum class Reader { caller, library };

class Operation;

}  // namespace gridfs::detail

namespace gridfs {

/// Safe to use from many threads.
class GRIDFS_NO_EXPORT Bucket::Impl {
 public:
  Impl(Client& client, std::string_view database, BucketOptions options);
  static const Impl& of(const Bucket& bucket) noexcept { return *bucket.impl_; }

  [[nodiscard]] Client::Impl& client() const noexcept { return client_; }
  /// With no more parallelism than the client has connections.
  [[nodiscard]] const BucketOptions& options() const noexcept { return options_; }
  [[nodiscard]] const mongoc_read_prefs_t* prefs(detail::Reader reader) const noexcept {
    return reader == detail::Reader::caller ? concerns_.prefs.get() : primary_.get();
  }
  /// Whether what the caller reads may come from a secondary, which may not have everything yet.
  [[nodiscard]] bool may_read_from_secondary() const noexcept {
    return mongoc_read_prefs_get_mode(prefs(detail::Reader::caller)) != MONGOC_READ_PRIMARY;
  }
  [[nodiscard]] const std::string& name_of(detail::Collection collection) const noexcept {
    return collection == detail::Collection::files ? files_name_ : chunks_name_;
  }

  /// Whether what the primary has meets the write concern. A replica set's own default asks for more.
  [[nodiscard]] bool primary_suffices() const noexcept {
    const std::int32_t w = mongoc_write_concern_get_w(concerns_.write.get());
    const bool one_is_enough = w == 1 || (w == MONGOC_WRITE_CONCERN_W_DEFAULT && client_.is_standalone());
    return one_is_enough && !mongoc_write_concern_get_journal(concerns_.write.get());
  }

  /// With the bucket's concerns, but for the read concern where the library reads, over one pooled connection.
  [[nodiscard]] detail::CollectionHandle collection(const detail::PooledClient& client, detail::Collection which,
                                                    detail::Reader reader) const;

  /// The write concern for cleaning up after an upload that failed.
  [[nodiscard]] const mongoc_write_concern_t* cleanup_concern() const noexcept { return concerns_.cleanup.get(); }

  /// Runs `step(exact)`: where exact is true, it asks for the simple collation. Once a server has said that it
  /// does not know collations, and so has none, it is run without from then on.
  template <typename Step>
  auto with_exact_text(Step step) const {
    if (!knows_collations_) return step(false);
    try {
      return step(true);
    } catch (const ServerError& error) {
      if (!detail::is_unknown_option(error)) throw;
    }
    // Where it fails all the same, it was something else that the server does not know.
    auto result = step(false);
    knows_collations_ = false;
    return result;
  }

  /// Makes the indexes if this is the first upload into the bucket and they are not there
  /// (GridFS specification, "Before write operations"). Asks the server once an instance; other threads wait meanwhile.
  void ensure_indexes(const detail::Operation& operation) const;

 private:
  Client::Impl& client_;
  std::string database_;
  BucketOptions options_;
  detail::Concerns concerns_;
  detail::ReadPrefsHandle primary_{mongoc_read_prefs_new(MONGOC_READ_PRIMARY)};
  std::string files_name_;
  std::string chunks_name_;
  mutable std::atomic<bool> knows_collations_ = true;
  mutable std::mutex indexes_mutex_;
  mutable bool indexes_ensured_ = false;
};

}  // namespace gridfs

namespace gridfs::detail {

/// @throws ConfigurationError  not 1 byte to max_chunk_size
void check_chunk_size(std::int32_t size);

/// An id in messages: the digits of an ObjectId; text, in quotes where it could be taken for another value; else JSON.
std::string shown_id(const Value& id);
/// How a file is named in messages: `file 4f…` by its id, or `a.txt`.
std::string describe(const Value& id);
std::string describe(std::string_view filename);
/// `first`, or `first and 2 more`.
std::string describe_all(const std::string& first, std::size_t count);

}  // namespace gridfs::detail
