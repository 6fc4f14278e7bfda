#include "cli/context.hpp"

#include <utility>

namespace gridfs::cli {

const Bucket& Context::bucket(Access access) {
  if (!bucket_) {
    client_.emplace(client_options(options_, stop_));
    shutdown_.set_client(&*client_);
    // Options that a writing command does not use must be valid, too.
    static_cast<void>(Bucket(*client_, database(), bucket_options(options_, Access::read)));
    bucket_.emplace(*client_, database(), bucket_options(options_, access));
  }
  return *bucket_;
}

Bucket Context::primary_bucket() {
  BucketOptions options = bucket_options(options_, Access::read);
  options.read_preference = ReadPreference();
  return {*client_, database(), std::move(options)};
}

std::string Context::database() const {
  if (options_.database) return *options_.database;
  const std::string& named = client_->default_database();
  return named.empty() ? "test" : named;
}

}  // namespace gridfs::cli
