/// Deletes and updates of files documents, and what the server says of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bucket/bucket_impl.hpp"

namespace gridfs::detail {

/// How many documents a filter is for. The driver can try a write of one again by itself.
enum class Many { one, several };

struct WriteOutcome {
  /// How many documents the attempt that was answered matched; empty: none was answered.
  std::optional<std::int64_t> count;
  /// An attempt that failed, as by the loss of its answer, may have done some of the work.
  bool uncertain = false;
};

/// @param outcome  is right where this throws as well
void delete_files_documents(const Bucket::Impl& bucket, const std::string& doing, const bson_t* filter, Many many,
                            WriteOutcome& outcome);

/// @param filter  of what the update does not change, so that another attempt matches the same
/// @return  how many documents were matched
std::int64_t update_files_documents(const Bucket::Impl& bucket, const std::string& doing, const bson_t* filter,
                                    const bson_t* update, Many many);

}  // namespace gridfs::detail
