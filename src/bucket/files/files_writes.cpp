#include "bucket/files/files_writes.hpp"

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

// `write(collection, reply, error)` sends it.
template <typename Write>
void write_files(const Bucket::Impl& bucket, const std::string& doing, const char* counted, WriteOutcome& outcome,
                 Write write) {
  bucket.client().with_retries(doing, [&](int /*attempt*/) {
    const auto client = bucket.client().acquire(doing, nullptr);
    const auto files = bucket.files(client);
    bson_error_t error{};
    Reply reply;
    const bool done = write(files.get(), reply.get(), &error);
    try {
      if (!done) throw_driver_error(doing, error, reply.get());
    } catch (const Error& failure) {
      // Where only the write concern was not met, it is done, and where nobody says, it may be.
      const bool some_done = integer_field(reply.get(), counted) > 0;
      const bool refused = failure.server_code() != 0 || dynamic_cast<const AuthenticationError*>(&failure) != nullptr;
      outcome.uncertain = outcome.uncertain || some_done || !refused || may_have_been_done(failure);
      throw;
    }
    outcome.count = integer_field(reply.get(), counted);
  });
}

}  // namespace

void delete_files_documents(const Bucket::Impl& bucket, const std::string& doing, const bson_t* filter, Many many,
                            WriteOutcome& outcome) {
  const auto write = [&](mongoc_collection_t* files, bson_t* reply, bson_error_t* error) {
    const auto remove = many == Many::one ? mongoc_collection_delete_one : mongoc_collection_delete_many;
    return remove(files, filter, nullptr, reply, error);
  };
  write_files(bucket, doing, "deletedCount", outcome, write);
}

std::int64_t update_files_documents(const Bucket::Impl& bucket, const std::string& doing, const bson_t* filter,
                                    const bson_t* update, Many many) {
  const auto write = [&](mongoc_collection_t* files, bson_t* reply, bson_error_t* error) {
    const auto change = many == Many::one ? mongoc_collection_update_one : mongoc_collection_update_many;
    return change(files, filter, update, nullptr, reply, error);
  };
  WriteOutcome outcome;
  write_files(bucket, doing, "matchedCount", outcome, write);
  return outcome.count.value_or(0);
}

}  // namespace gridfs::detail
