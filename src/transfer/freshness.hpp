/// Whether the newest revision of a name is as young as wanted, and whole: for monitoring backups.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "gridfs/bucket.hpp"

namespace gridfs::transfer {

/// The newest revision of a name is too old, or nobody can tell.
class NotFresh : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// To the millisecond, as upload dates are: compared with a finer clock, those that are far away overflow.
DateTime current_time();

/// Why a file is not fresh at a time; empty if it is. One that is dated in the future is not, since it would look fresh
/// for too long; clocks may differ by five minutes.
std::optional<std::string> not_fresh_reason(const FileInfo& file, std::chrono::seconds max_age, DateTime now);

/// @param read  reads the file whole, and throws as download(); empty: only its chunks are counted
/// @return  the newest revision of the name
/// @throws NotFresh
/// @throws FileNotFound  there is none
/// @throws CorruptFile   it is not whole
FileInfo check_freshness(const Bucket& bucket, const std::string& name, std::chrono::seconds max_age,
                         const std::function<void(const FileInfo&)>& read);

}  // namespace gridfs::transfer
