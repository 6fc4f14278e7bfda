/// What an insert's reply says.
#pragma once

#include <cstddef>
#include <string>

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

/// Whether an insert that failed may have been carried out: by now, or still to come.
enum class Applied { no, unknown, yes };

/// What libmongoc says of an insert.
struct InsertReply {
  bool done = false;
  std::size_t sent = 0;  // documents
  const bson_error_t& error;
  const bson_t* reply = nullptr;
};

/// Returns if every document that was sent is acknowledged.
/// @param applied  raised to what an error leaves possible; Applied::unknown stays until an attempt is acknowledged
/// @throws ServerError, …  it failed, or fewer documents were counted than sent
void check_insert(const std::string& doing, const InsertReply& reply, Applied& applied);

/// Throws the error of an insert.
[[noreturn]] void throw_insert_error(const std::string& doing, const InsertReply& reply, Applied& applied);

}  // namespace gridfs::detail
