/// The inserts of uploads: chunks, and files documents.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bucket/operation.hpp"

namespace gridfs::detail {

/// Whether an insert that failed may have been carried out: not at all, by now, or perhaps still to come. The later
/// ones ask for more care.
enum class Applied { no, yes, unknown };

/// Documents that travel together.
struct Insert {
  /// Whether a document that is refused keeps those behind it from being stored.
  enum class Order { as_given, any };

  Collection into;
  Order order;
  std::span<const BsonRef> documents;
  /// Which of the documents are not there, in their order; asked after an unknown outcome, so that none is sent twice
  /// and none of ours is taken for another's.
  std::function<std::vector<std::size_t>(const Attempt&)> absent;
};

/// Why the server refused a document. A bson_error_t alone is over-aligned, which a template argument cannot say.
struct Refusal {
  bson_error_t error{};
  bool id_in_use = false;
};

/// Throws it as the error of one file.
/// @throws FileExists   another document has the `_id`; `in_use` says which
/// @throws ServerError  anything else, a unique index on other fields among it
[[noreturn]] void throw_refusal(const std::string& description, const Refusal& refusal, const std::string& in_use);

/// Which of the documents are not there, in their order. Those that are there meet the bucket's write concern: to be
/// seen on the primary is not enough where others have to have them.
/// @throws as insert()
std::vector<std::size_t> absent_documents(const Attempt& attempt, const Insert& insert);

/// @return  for every document why the server refused it, or nothing
/// @param applied  where it throws: whether any of them may be there, or may still come
/// @throws ServerError, …  what concerns all of them, or fewer documents were counted than sent
/// @param wanted  the indexes of those to insert, ascending
std::vector<std::optional<Refusal>> insert(const Operation& operation, const Insert& documents, Applied& applied,
                                           std::vector<std::size_t> wanted);

/// All of them.
std::vector<std::optional<Refusal>> insert(const Operation& operation, const Insert& documents, Applied& applied);

}  // namespace gridfs::detail
