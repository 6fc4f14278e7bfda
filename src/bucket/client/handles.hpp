/// RAII around libmongoc's and libbson's handles.
#pragma once

#include <memory>

#include <bson/bson.h>
#include <mongoc/mongoc.h>

namespace gridfs::detail {

template <auto Destroy>
struct Destroyer {
  template <typename T>
  void operator()(T* handle) const noexcept {
    Destroy(handle);
  }
};

template <typename T, auto Destroy>
using Handle = std::unique_ptr<T, Destroyer<Destroy>>;

using UriHandle = Handle<mongoc_uri_t, mongoc_uri_destroy>;
using ClientHandle = Handle<mongoc_client_t, mongoc_client_destroy>;
using CollectionHandle = Handle<mongoc_collection_t, mongoc_collection_destroy>;
using BulkHandle = Handle<mongoc_bulk_operation_t, mongoc_bulk_operation_destroy>;
using CursorHandle = Handle<mongoc_cursor_t, mongoc_cursor_destroy>;
using WriteConcernHandle = Handle<mongoc_write_concern_t, mongoc_write_concern_destroy>;
using ReadConcernHandle = Handle<mongoc_read_concern_t, mongoc_read_concern_destroy>;
using ReadPrefsHandle = Handle<mongoc_read_prefs_t, mongoc_read_prefs_destroy>;
using ServerHandle = Handle<mongoc_server_description_t, mongoc_server_description_destroy>;
using BsonString = Handle<char, bson_free>;

/// A bson_t that is destroyed with its scope.
class Bson {
 public:
  Bson() { bson_init(&bson_); }
  ~Bson() { bson_destroy(&bson_); }
  Bson(const Bson&) = delete;
  Bson& operator=(const Bson&) = delete;
  Bson(Bson&&) = delete;
  Bson& operator=(Bson&&) = delete;

  bson_t* get() noexcept { return &bson_; }
  [[nodiscard]] const bson_t* get() const noexcept { return &bson_; }

 private:
  bson_t bson_;
};

/// A document of somebody else's bytes, for containers: a bson_t alone is over-aligned, which a template argument
/// cannot say.
struct BsonRef {
  bson_t bson;
};

/// The reply that a libmongoc call initialises whatever its outcome is, so that it may only be destroyed, not reused.
class Reply {
 public:
  Reply() = default;
  ~Reply() { bson_destroy(&bson_); }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  Reply(Reply&&) = delete;
  Reply& operator=(Reply&&) = delete;

  bson_t* get() noexcept { return &bson_; }
  [[nodiscard]] const bson_t* get() const noexcept { return &bson_; }

 private:
  bson_t bson_ = BSON_INITIALIZER;
};

}  // namespace gridfs::detail
