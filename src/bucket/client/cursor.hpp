/// Iterating over the results of a query.
#pragma once

#include <string>
#include <utility>

#include "bucket/bucket_impl.hpp"

namespace gridfs::detail {

/// The next document, valid until the next call; null at the end. A reply without documents is not the end while the
/// cursor is alive: the server may still be looking.
/// @throws what went wrong with the cursor, and as Client::Impl::check()
const bson_t* next_document(const Bucket::Impl& bucket, mongoc_cursor_t* cursor, const std::string& doing,
                            Urgency urgency = Urgency::work);

/// Calls `step(const bson_t*)` for each document that is left. Throws as next_document(), and what `step` throws.
template <typename Step>
void for_each_document(const Bucket::Impl& bucket, const CursorHandle& cursor, const std::string& doing, Step step,
                       Urgency urgency = Urgency::work) {
  while (const bson_t* found = next_document(bucket, cursor.get(), doing, urgency)) step(found);
}

/// The same for a query of the library's own, which the primary answers.
/// @param options  may be null
template <typename Step>
void for_each_on_primary(const Bucket::Impl& bucket, const CollectionHandle& collection, const std::string& doing,
                         const bson_t* filter, const bson_t* options, Step step, Urgency urgency = Urgency::work) {
  const ReadPrefsHandle primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  const CursorHandle cursor(mongoc_collection_find_with_opts(collection.get(), filter, options, primary.get()));
  for_each_document(bucket, cursor, doing, std::move(step), urgency);
}

}  // namespace gridfs::detail
