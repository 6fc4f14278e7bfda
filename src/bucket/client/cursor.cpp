#include "bucket/client/cursor.hpp"

namespace gridfs::detail {

const bson_t* next_document(const Bucket::Impl& bucket, mongoc_cursor_t* cursor, const std::string& doing,
                            Urgency urgency) {
  const bson_t* found = nullptr;
  while (!mongoc_cursor_next(cursor, &found)) {
    check_cursor(cursor, doing);
    if (!mongoc_cursor_more(cursor)) return nullptr;
    bucket.client().check(doing, urgency);
  }
  return found;
}

}  // namespace gridfs::detail
