/// What of MongoDB's query language the scripted server knows. What it does not know, it refuses.
#pragma once

#include <stdexcept>
#include <string>

#include "support/scripted_server/bson.hpp"

namespace gridfs::scripted {

/// A command that the server answers with an error document.
class CommandError : public std::runtime_error {
 public:
  CommandError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

/// Equality, `$eq $ne $in $gt $gte $lt $lte $exists $not` on fields and paths, `$and`, `$or`.
/// @throws CommandError  any other operator
bool matches(const bson_t* document, const bson_t* filter);

/// Whether `left` sorts before `right` by a sort document such as `{n: 1}`.
bool sorts_before(const bson_t* left, const bson_t* right, const bson_t* sort);

/// Top-level fields named with 1, or all but those named with 0; `_id` unless it is named with 0.
Bson project(const Bson& document, const bson_t* projection);

/// The document after `$set` and `$unset` of top-level fields.
/// @throws CommandError  any other operator, or a path
Bson updated(const Bson& document, const bson_t* update);

}  // namespace gridfs::scripted
