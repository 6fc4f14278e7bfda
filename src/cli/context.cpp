#include "cli/context.hpp"

namespace gridfs::cli {

const Bucket& Context::bucket(Access access) {
  if (!bucket_) {
    client_.emplace(client_options(options_, stop_));
    const auto& named = client_->default_database();
    bucket_.emplace(*client_, options_.database.value_or(named.empty() ? "test" : named),
                    bucket_options(options_, access));
  }
  return *bucket_;
}

}  // namespace gridfs::cli
