#include "bucket/files_writes.hpp"

#include "bucket/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

// `write(collection, reply, error)` sends it.
template <typename Write>
WriteOutcome write_files(const Bucket::Impl& bucket, const std::string& doing, const char* counted, Write write) {
  WriteOutcome outcome;
  bucket.client().with_retries(doing, [&](int /*attempt*/) {
    const auto client = bucket.client().acquire(doing, nullptr);
    const auto files = bucket.files(client);
    bson_error_t error{};
    Reply reply;
    const bool done = write(files.get(), reply.get(), &error);
    try {
      if (!done) throw_driver_error(doing, error, reply.get());
    } catch (const TransientError& lost) {
      // A server that says it is not the primary has done nothing; one that says nothing may have done it, and where
      // only the write concern was not met, it is done.
      const bool done_here = bson_has_field(reply.get(), "writeConcernErrors");
      outcome.uncertain = outcome.uncertain || done_here || may_have_been_done(lost);
      throw;
    }
    outcome.count = integer_field(reply.get(), counted);
  });
  return outcome;
}

}  // namespace

WriteOutcome delete_files_documents(const Bucket::Impl& bucket, const std::string& doing, const bson_t* filter,
                                    Many many) {
  const auto write = [&](mongoc_collection_t* files, bson_t* reply, bson_error_t* error) {
    const auto remove = many == Many::one ? mongoc_collection_delete_one : mongoc_collection_delete_many;
    return remove(files, filter, nullptr, reply, error);
  };
  return write_files(bucket, doing, "deletedCount", write);
}

std::int64_t update_files_documents(const Bucket::Impl& bucket, const std::string& doing, const bson_t* filter,
                                    const bson_t* update, Many many) {
  const auto write = [&](mongoc_collection_t* files, bson_t* reply, bson_error_t* error) {
    const auto change = many == Many::one ? mongoc_collection_update_one : mongoc_collection_update_many;
    return change(files, filter, update, nullptr, reply, error);
  };
  return write_files(bucket, doing, "matchedCount", write).count;
}

}  // namespace gridfs::detail
