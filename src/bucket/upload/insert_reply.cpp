#include "bucket/upload/insert_reply.hpp"

#include <algorithm>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/client/driver_error.hpp"

namespace gridfs::detail {

void check_insert(const std::string& doing, const InsertReply& reply, Applied& applied) {
  if (!reply.done) throw_insert_error(doing, reply, applied);
  applied = Applied::no;
  const auto inserted = integer_field(reply.reply, "insertedCount");
  if (inserted == static_cast<std::int64_t>(reply.sent)) return;
  throw ServerError(doing + ": the server acknowledged " + std::to_string(inserted) + " of " +
                    std::to_string(reply.sent) + " documents");
}

void throw_insert_error(const std::string& doing, const InsertReply& reply, Applied& applied) {
  // Where only the write concern was not met, the documents are on the primary.
  if (reply.error.domain == MONGOC_ERROR_WRITE_CONCERN || bson_has_field(reply.reply, "writeConcernErrors")) {
    applied = std::max(applied, Applied::yes);
  }
  try {
    throw_driver_error(doing, reply.error, reply.reply);
  } catch (const Error& error) {
    if (may_have_been_done(error)) applied = std::max(applied, Applied::unknown);
    throw;
  }
}

}  // namespace gridfs::detail
